"""Unseen damage: content of CelebA-HQ (HCL, Tables 4 and 5).

For testing only: the weights are those of hcl_places_256.py.
"""
_base_ = ['hcl_places_256.py']

celebahq_root = 'data/celebahq'

load_crop_mask = _base_.test_dataloader.dataset.pipeline[:-2]
test_dataloader = dict(
    dataset=dict(pipeline=[
        *load_crop_mask,
        dict(
            type='CorruptImage',
            feather_radius=3.,
            contents=[
                dict(
                    type='ImageContent',
                    folder=f'{celebahq_root}/val',
                    short_side=_base_.crop_size)
            ]), _base_.pack
    ]))
