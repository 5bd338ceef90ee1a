"""HCL on pairs of damaged and clean photographs of your own.

Meant for fine-tuning, see docs/own_pictures.md: give a checkpoint of this
model to start from as ``--cfg-options load_from=FILE``.
"""
_base_ = [
    '_base_/models/hcl.py', '_base_/schedules/hcl_finetune_20k.py',
    '_base_/default_runtime.py'
]

# Edit first.
data_root = '{{$OWN_PICTURES:data/own}}'  # holds damaged/, clean/, maybe mask/
crop_size = 256  # photographs are resized to this short side, then cropped
batch_size = 3  # per GPU
val_share = 0.1  # of the pairs, drawn by their names
difference_threshold = 20  # of 255; not used where there are masks
invert_mask = False  # True if black is corrupted in mask/

keys = ['img', 'gt', 'mask']
load = dict(
    type='LoadPairedPhotograph',
    short_side=crop_size,
    difference_threshold=difference_threshold,
    invert_mask=invert_mask)
pack = dict(type='PackInputs', keys=['img'])

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='PairedPhotographDataset',
        data_root=data_root,
        split='train',
        val_share=val_share,
        pipeline=[
            load,
            # MMagic's Crop would cut each of them somewhere else.
            dict(
                type='FixedCrop', keys=keys, crop_size=(crop_size, crop_size)),
            dict(type='Flip', keys=keys),
            pack
        ]))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='PairedPhotographDataset',
        data_root=data_root,
        split='val',
        val_share=val_share,
        test_mode=True,
        pipeline=[
            load,
            dict(
                type='Crop',
                keys=keys,
                crop_size=(crop_size, crop_size),
                random_crop=False), pack
        ]))
test_dataloader = val_dataloader
