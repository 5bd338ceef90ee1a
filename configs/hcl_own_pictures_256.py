"""HCL on a folder of clean photographs of your own: damage is synthesised.

Meant for fine-tuning, see docs/own_pictures.md: give a checkpoint of this
model to start from as ``--cfg-options load_from=FILE``.
"""
_base_ = [
    '_base_/models/hcl.py', '_base_/corruptions/mixed.py',
    '_base_/schedules/hcl_finetune_20k.py', '_base_/default_runtime.py'
]

# Edit first.
data_root = '{{$OWN_PICTURES:data/own}}'  # holds the folder clean/
crop_size = 256  # photographs are resized to this short side, then cropped
batch_size = 3  # per GPU
val_share = 0.1  # of the photographs, drawn by their names

load = dict(type='LoadResizedPhotograph', short_side=crop_size)
flip = dict(type='Flip', keys=['gt'])
# Content of the other photographs, and everything that is drawn.
corrupt = dict(
    type='RandomChoice',
    prob=[_base_.pasted_share, *_base_.drawn_shares],
    transforms=[[
        _base_.pasted_mask,
        dict(
            type='CorruptImage',
            contents=[
                dict(
                    type='ImageContent',
                    folder=f'{data_root}/clean',
                    short_side=crop_size)
            ],
            content_transforms=_base_.pasted_changes)
    ], *_base_.drawn_patterns])
pack = dict(type='PackInputs', keys=['img'], meta_keys=['corruption'])

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
            flip, corrupt, pack
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
                random_crop=False), corrupt, pack
        ]))
test_dataloader = val_dataloader
