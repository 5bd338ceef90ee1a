"""Masks of VCNet into HCL's restoration on Places365 at 256 px.

As blind_hcl-known-mask_places_256.py, with the detector of
vcnet-mask_places_256.py.
"""
_base_ = [
    'blind_hcl-known-mask_places_256.py',
    '_base_/models/vcnet-mask_detector.py'
]

model = dict(detector=dict(_delete_=True, **_base_.detector))
