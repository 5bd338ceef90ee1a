"""Without high-quality sample selection: random references (HCL, Table 6)."""
_base_ = ['hcl_ffhq_256.py']

model = dict(detector=dict(loss_contrast=dict(hard_mining=False)))
