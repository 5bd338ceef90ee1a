"""Contrast and clustering at the finest stage alone (HCL, Figure 8)."""
_base_ = ['hcl_ffhq_256.py']

model = dict(detector=dict(hierarchical=False))
