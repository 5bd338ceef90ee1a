# BSDS500 damaged by ImageNet samples under drawn strokes, for small machines.
# Layout: data/bsds500/{train,test,val}, data/imagenet_sample (1,000 files).
crop_size = 256
batch_size = 3
data_root = 'data/bsds500'
content_root = 'data/imagenet_sample'
num_val_contents = 100  # the first files; the others are for training

load = dict(type='LoadResizedPhotograph', short_side=crop_size)
mask = dict(
    type='RandomStrokeMask',
    thickness=(24, 60),
    reference_size=256,
    ratio_range=(0.05, 0.6))
pack = dict(type='PackInputs', keys=['img'], meta_keys=['corruption'])
# The two data sets differ in compression and sharpness, which must not tell
# pasted from intact pixels: docs/corruptions.md.
content_transforms = [dict(type='CompressContent')]

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt=['train', 'test']),
        pipeline=[
            load,
            dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size)),
            mask,
            dict(
                type='CorruptImage',
                feather_radius=3.,
                content_transforms=content_transforms,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=content_root,
                        short_side=crop_size,
                        start=num_val_contents)
                ]), pack
        ]))

val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt='val'),
        test_mode=True,
        pipeline=[
            load,
            dict(
                type='Crop',
                keys=['gt'],
                crop_size=(crop_size, crop_size),
                random_crop=False), mask,
            dict(
                type='CorruptImage',
                feather_radius=3.,
                content_transforms=content_transforms,
                contents=[
                    dict(
                        type='ImageContent',
                        folder=content_root,
                        short_side=crop_size,
                        stop=num_val_contents)
                ]), pack
        ]))
test_dataloader = val_dataloader
