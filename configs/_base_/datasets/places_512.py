# Places365 damaged by ImageNet content under NVIDIA's irregular masks.
# Layout and where to get it: README.md, 'Training on Places'.
crop_size = 512
batch_size = 3  # per GPU
data_root = 'data/places365'
content_root = 'data/imagenet'
mask_root = 'data/irregular_masks'

load = dict(type='LoadResizedPhotograph', short_side=crop_size)
pack = dict(type='PackInputs', keys=['img'])

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt='data_large'),
        pipeline=[
            load,
            dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size)),
            dict(
                type='MaskFromFolder',
                folder=f'{mask_root}/train',
                threshold=0.5,
                augment=True),
            dict(
                type='CorruptImage',
                feather_radius=3.,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=f'{content_root}/train',
                        short_side=crop_size)
                ]), pack
        ]))

val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt='val_large'),
        test_mode=True,
        indices=1000,  # of 36,500: a validation in minutes
        pipeline=[
            load,
            dict(
                type='Crop',
                keys=['gt'],
                crop_size=(crop_size, crop_size),
                random_crop=False),
            dict(
                type='MaskFromFolder',
                folder=f'{mask_root}/test',
                threshold=0.5),
            dict(
                type='CorruptImage',
                feather_radius=3.,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=f'{content_root}/val',
                        short_side=crop_size)
                ]), pack
        ]))
test_dataloader = val_dataloader
