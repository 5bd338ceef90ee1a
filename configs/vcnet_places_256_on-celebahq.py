"""VCNet on unseen damage: content of CelebA-HQ (HCL, Tables 4 and 5).

For testing only: the weights are those of vcnet_places_256.py.
"""
_base_ = ['vcnet_places_256.py', '_base_/corruptions/unseen.py']

test_dataloader = dict(
    dataset=dict(pipeline=[
        _base_.load, _base_.centre_crop, _base_.test_mask, _base_.celebahq,
        _base_.pack
    ]))
