# What the data sets of clean photographs share: they are cropped to squares
# of 256 px and damaged under NVIDIA's irregular masks.
crop_size = 256
batch_size = 3  # per GPU
mask_root = 'data/irregular_masks'

load = dict(type='LoadResizedPhotograph', short_side=crop_size)
random_crop = dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size))
centre_crop = dict(
    type='Crop',
    keys=['gt'],
    crop_size=(crop_size, crop_size),
    random_crop=False)
train_mask = dict(
    type='MaskFromFolder',
    folder=f'{mask_root}/train',
    threshold=0.5,
    augment=True)
test_mask = dict(
    type='MaskFromFolder', folder=f'{mask_root}/test', threshold=0.5)
pack = dict(type='PackInputs', keys=['img'])

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(type='CleanImageDataset'))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='CleanImageDataset', test_mode=True,
                 indices=1000))  # a validation in minutes
test_dataloader = val_dataloader
