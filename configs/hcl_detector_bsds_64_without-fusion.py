"""Without inter-stage semantic consistency."""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(detector=dict(fuse_stages=False))
