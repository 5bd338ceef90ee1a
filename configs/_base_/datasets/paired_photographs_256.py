# What the data sets of damaged photographs with their clean ones share.
# Lists: tools/dataset_converters.
image_size = 256
batch_size = 3  # per GPU

pack = dict(type='PackInputs', keys=['img'])
# As in the authors' code: to a square whatever the shape was, bilinearly, and
# the mask then cut at one half.
to_square = [
    dict(type='LoadPairedPhotograph', short_side=image_size, square=True), pack
]

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(type='PairedPhotographDataset'))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='PairedPhotographDataset', test_mode=True))
test_dataloader = val_dataloader
