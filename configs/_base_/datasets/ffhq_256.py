# FFHQ damaged by CelebA-HQ and ImageNet content under irregular masks.
# Layout, lists and where to get it: docs/datasets.md.
_base_ = 'clean_photographs_256.py'

data_root = 'data/ffhq'
celebahq_root = 'data/celebahq'
imagenet_root = 'data/imagenet'

train_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        data_prefix=dict(gt='train'),
        pipeline=[
            _base_.load, _base_.train_mask,
            dict(
                type='CorruptImage',
                feather_radius=3.,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=[
                            f'{celebahq_root}/train', f'{imagenet_root}/train'
                        ],
                        short_side=_base_.crop_size)
                ]), _base_.pack
        ]))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        data_prefix=dict(gt='val'),
        pipeline=[
            _base_.load, _base_.test_mask,
            dict(
                type='CorruptImage',
                feather_radius=3.,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=[
                            f'{celebahq_root}/val', f'{imagenet_root}/val'
                        ],
                        short_side=_base_.crop_size)
                ]), _base_.pack
        ]))
test_dataloader = val_dataloader
