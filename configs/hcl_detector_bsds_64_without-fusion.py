"""Without inter-stage semantic consistency (HCL, Table 6)."""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(detector=dict(fuse_stages=False))
