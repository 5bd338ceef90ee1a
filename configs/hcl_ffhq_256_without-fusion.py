"""Without inter-stage semantic consistency (HCL, Table 6)."""
_base_ = ['hcl_ffhq_256.py']

model = dict(detector=dict(fuse_stages=False))
