"""Without high-quality sample selection: random references (HCL, Table 6)."""
_base_ = ['hcl_ffhq_256.py']

model = dict(
    detector=dict(losses=dict(contrast=dict(hard_mining=False))))
