"""A classifier of pixels alone, without contrast: what the detector of
``hcl_small`` is compared with. The same network, data and rates."""
_base_ = ['detector_small.py']

model = dict(contrast=None)
