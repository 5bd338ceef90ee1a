# Raindrops on glass, without mask files: the mask is where damaged and clean
# photograph differ.
# Layout, lists and where to get it: docs/datasets.md.
_base_ = 'paired_photographs_256.py'

data_root = 'data/raindrop'
crop_size = _base_.image_size
together = ['img', 'gt', 'mask']
# In one channel at least, of 255. The two photographs were taken one after
# the other, so leaves and clouds have moved, too.
difference_threshold = 20

load = dict(
    type='LoadPairedPhotograph',
    short_side=crop_size,
    difference_threshold=difference_threshold)

train_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        ann_file='annotations/train.txt',
        pipeline=[
            load,
            # MMagic's Crop would cut each of them somewhere else.
            dict(
                type='FixedCrop',
                keys=together,
                crop_size=(crop_size, crop_size)),
            _base_.pack
        ]))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        ann_file='annotations/test_b.txt',
        pipeline=[
            load,
            dict(
                type='Crop',
                keys=together,
                crop_size=(crop_size, crop_size),
                random_crop=False), _base_.pack
        ]))
test_dataloader = val_dataloader
