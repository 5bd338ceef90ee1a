"""Segmenter (ViT-S/16) of mmsegmentation on Places365 at 512 px.

A detector of HCL's Table 2, which does not say which size of Segmenter it is.
ImageNet weights: docs/segmentation_detectors.md.
"""
_base_ = [
    '_base_/models/segmenter_vit-s16.py', '_base_/datasets/places_512.py',
    '_base_/schedules/mmseg_160k.py', '_base_/detection_runtime.py'
]

train_dataloader = dict(batch_size=8)
optim_wrapper = dict(optimizer=dict(lr=0.001, weight_decay=0.))
auto_scale_lr = dict(enable=False, base_batch_size=8)
