# Watermarks: LOGO-30K.
# Layout, lists and where to get it: docs/datasets.md.
_base_ = 'paired_photographs_256.py'

data_root = 'data/logo30k'

train_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        ann_file='annotations/train.txt',
        pipeline=_base_.to_square))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root,
        ann_file='annotations/val.txt',
        indices=1000,  # a validation in minutes
        pipeline=_base_.to_square))
test_dataloader = val_dataloader
