"""ERFNet's masks into HCL's restoration on Places365 at 512 px.

As blind_hcl-known-mask_places_512.py, with the detector of
erfnet_places_512.py.
"""
_base_ = [
    'blind_hcl-known-mask_places_512.py', '_base_/models/erfnet_detector.py'
]

model = dict(detector=dict(_delete_=True, **_base_.detector))
