"""Contrast and clustering at the finest stage alone."""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(detector=dict(hierarchical=False))
