"""Unseen damage: one random colour per picture (HCL, Tables 4 and 5).

For testing only: the weights are those of hcl_places_256.py.
"""
_base_ = ['hcl_places_256.py']

load_crop_mask = _base_.test_dataloader.dataset.pipeline[:-2]
test_dataloader = dict(
    dataset=dict(pipeline=[
        *load_crop_mask,
        dict(
            type='CorruptImage',
            feather_radius=3.,
            contents=[dict(type='ConstantColorContent')]), _base_.pack
    ]))
