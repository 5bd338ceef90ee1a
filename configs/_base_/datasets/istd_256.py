# Shadows: ISTD, or ISTD+, whose clean photographs have the same colours.
# Layout, lists and where to get it: docs/datasets.md.
_base_ = 'paired_photographs_256.py'

data_root = 'data/istd'
train_list = 'annotations/train.txt'  # ISTD+: annotations/train_plus.txt
test_list = 'annotations/test.txt'  # ISTD+: annotations/test_plus.txt

train_dataloader = dict(
    dataset=dict(
        data_root=data_root, ann_file=train_list, pipeline=_base_.to_square))
val_dataloader = dict(
    dataset=dict(
        data_root=data_root, ann_file=test_list, pipeline=_base_.to_square))
test_dataloader = val_dataloader
