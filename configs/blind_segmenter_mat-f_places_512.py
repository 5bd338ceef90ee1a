"""Segmenter's masks into MAT-F on Places365 at 512 px (HCL, Table 2).

As blind_mat-f_places_512.py, with the detector of segmenter_places_512.py.
"""
_base_ = ['blind_mat-f_places_512.py', '_base_/models/segmenter_detector.py']

model = dict(detector=dict(_delete_=True, **_base_.detector))
