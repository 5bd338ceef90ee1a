"""Masks of VCNet into MAT-F on Places365 at 512 px (HCL, Table 2).

As blind_mat-f_places_512.py, with the mask network of vcnet_places_512.py,
whose checkpoint is the detector's.
"""
_base_ = ['blind_mat-f_places_512.py', '_base_/models/vcnet-mask_detector.py']

model = dict(detector=dict(_delete_=True, **_base_.detector))
