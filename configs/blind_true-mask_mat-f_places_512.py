"""The true mask into MAT-F on Places365 at 512 px (HCL, Table 2).

What blind_mat-f_places_512.py would reach if nothing had to be found: the row
'groundtruth'.
"""
_base_ = ['blind_mat-f_places_512.py']

model = dict(detector=dict(_delete_=True, type='GivenMaskDetector'))
