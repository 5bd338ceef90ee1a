"""Contrast at the coarsest stage alone: a single stage as the authors' code
can have it (HCL, Figure 8).

The finer stages are clustered all the same, by projections that only the
restoration's losses have shaped.
"""
_base_ = ['hcl_ffhq_256.py']

model = dict(
    detector=dict(losses=dict(contrast=dict(start_stage=2))))
