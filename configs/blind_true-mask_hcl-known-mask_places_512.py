"""The true mask into HCL's restoration on Places365 at 512 px.

What blind_hcl-known-mask_places_512.py would reach if nothing had to be found.
The row 'groundtruth' of the paper's Table 2 has MAT in the place of HCL's
restoration.
"""
_base_ = ['blind_hcl-known-mask_places_512.py']

model = dict(detector=dict(_delete_=True, type='GivenMaskDetector'))
