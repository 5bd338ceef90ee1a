"""ERFNet of mmsegmentation on 64 px crops of BSDS500, for a CPU.

A light convolutional network in the place of segmenter_bsds_64.py's.
"""
_base_ = ['segmenter_bsds_64.py']

max_iters = 1800  # edit first

model = dict(
    segmentor=dict(
        _delete_=True,
        type='EncoderDecoder',
        backbone=dict(type='ERFNet'),
        decode_head=dict(
            type='FCNHead',
            in_channels=16,
            channels=128,
            num_convs=1,
            concat_input=False,
            dropout_ratio=0.1,
            num_classes=2,
            norm_cfg=dict(type='BN'),
            loss_decode=dict(type='CrossEntropyLoss'))))
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_iters=max_iters)
# The statistics of batch normalization have to fit the averaged weights.
custom_hooks = [dict(**_base_.custom_hooks[0], update_buffers=True)]
