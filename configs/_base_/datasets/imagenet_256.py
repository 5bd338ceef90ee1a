# ImageNet damaged by Places365 content under NVIDIA's irregular masks.
# Layout, lists and where to get it: docs/datasets.md.
_base_ = 'clean_photographs_256.py'

data_root = 'data/imagenet'
content_root = 'data/places365'

train_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        data_prefix=dict(gt='train'),
        pipeline=[
            _base_.load, _base_.random_crop, _base_.train_mask,
            dict(
                type='CorruptImage',
                feather_radius=3.,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=f'{content_root}/data_large',
                        short_side=_base_.crop_size)
                ]), _base_.pack
        ]))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        data_prefix=dict(gt='val'),
        pipeline=[
            _base_.load, _base_.centre_crop, _base_.test_mask,
            dict(
                type='CorruptImage',
                feather_radius=3.,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=f'{content_root}/val_large',
                        short_side=_base_.crop_size)
                ]), _base_.pack
        ]))
test_dataloader = val_dataloader
