"""ERFNet of mmsegmentation on Places365 at 512 px: 2 million weights.

Of the light convolutional networks there it keeps the finest maps to the end,
half the picture's size, which masks of thin strokes need; Fast-SCNN's and
BiSeNetV2's have an eighth. It trains from scratch.
"""
_base_ = [
    '_base_/models/erfnet.py', '_base_/datasets/places_512.py',
    '_base_/schedules/mmseg_160k.py', '_base_/detection_runtime.py'
]

train_dataloader = dict(batch_size=16)
auto_scale_lr = dict(enable=False, base_batch_size=16)
sync_bn = 'torch'  # where several GPUs share a batch
