"""Without high-quality sample selection: random references."""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(detector=dict(loss_contrast=dict(hard_mining=False)))
