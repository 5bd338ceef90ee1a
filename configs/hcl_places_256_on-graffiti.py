"""Unseen damage: graffiti (HCL, Figures 1 and 7).

For testing only: the weights are those of hcl_places_256.py.
The paper shows pictures of it, does not say how they were drawn, and has no
figures: these are this package's graffiti, with masks of their own.
"""
_base_ = ['hcl_places_256.py', '_base_/corruptions/unseen.py']

test_dataloader = dict(
    dataset=dict(pipeline=[
        _base_.load, _base_.centre_crop, _base_.graffiti, _base_.pack
    ]))
