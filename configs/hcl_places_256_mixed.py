"""HCL on Places365 at 256 px, damaged by every pattern the package has."""
_base_ = ['hcl_places_256.py', '_base_/corruptions/mixed.py']

crop_size = 256
load = dict(type='LoadResizedPhotograph', short_side=crop_size)
pack = dict(type='PackInputs', keys=['img'], meta_keys=['corruption'])

train_dataloader = dict(
    dataset=dict(pipeline=[
        load,
        dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size)),
        {{_base_.corruption_train}},
        pack,
    ]))
val_dataloader = dict(
    dataset=dict(pipeline=[
        load,
        dict(
            type='Crop',
            keys=['gt'],
            crop_size=(crop_size, crop_size),
            random_crop=False),
        {{_base_.corruption_val}},
        pack,
    ]))
test_dataloader = val_dataloader
