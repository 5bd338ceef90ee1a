"""HCL on a folder of clean photographs of your own: damage is synthesised.

Meant for fine-tuning, see docs/own_pictures.md: give a checkpoint of this
model to start from as ``--cfg-options load_from=FILE``.
"""
_base_ = [
    '_base_/models/hcl.py', '_base_/schedules/hcl_finetune.py',
    '_base_/default_runtime.py'
]

# Edit first.
data_root = '{{$OWN_PICTURES:data/own}}'  # holds the folder clean/
crop_size = 256  # photographs are resized to this short side, then cropped
batch_size = 3  # per GPU
val_share = 0.1  # of the photographs, drawn by their names

load = dict(type='LoadResizedPhotograph', short_side=crop_size)
flip = dict(type='Flip', keys=['gt'])
corrupt = [
    dict(
        type='RandomChoice',
        prob=[0.75, 0.25],
        transforms=[[
            dict(
                type='RandomStrokeMask',
                thickness=(12, 48),
                ratio_range=(0.05, 0.5))
        ], [dict(type='RandomRectangleMask', ratio_range=(0.05, 0.5))]]),
    dict(
        type='CorruptImage',
        feather_radius=3.,
        weights=[3, 1, 1],
        contents=[
            # of the other photographs
            dict(
                type='ImageContent',
                folder=f'{data_root}/clean',
                short_side=crop_size),
            dict(type='ConstantColorContent'),
            dict(type='GaussianNoiseContent')
        ])
]
pack = dict(type='PackInputs', keys=['img'])

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt='clean'),
        split='train',
        val_share=val_share,
        pipeline=[
            load,
            dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size)),
            flip, *corrupt, pack
        ]))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt='clean'),
        split='val',
        val_share=val_share,
        test_mode=True,
        pipeline=[
            load,
            dict(
                type='Crop',
                keys=['gt'],
                crop_size=(crop_size, crop_size),
                random_crop=False), *corrupt, pack
        ]))
test_dataloader = val_dataloader
