"""Unseen damage: uniform noise in every pixel (HCL, section 4.2).

For testing only: the weights are those of hcl_places_256.py.
The paper names this damage and has no figures of it.
"""
_base_ = ['hcl_places_256.py', '_base_/corruptions/unseen.py']

test_dataloader = dict(
    dataset=dict(pipeline=[
        _base_.load, _base_.centre_crop, _base_.test_mask, _base_.random_noise,
        _base_.pack
    ]))
