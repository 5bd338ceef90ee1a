"""ERFNet of mmsegmentation on 64 px crops of BSDS500, for a CPU.

Data, metrics and averaging of the weights are those of
hcl_detector_bsds_64.py.
"""
_base_ = ['hcl_detector_bsds_64.py']

max_iters = 1800  # edit first: 10 minutes of one core

model = dict(
    _delete_=True,
    type='SegmentationDetector',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    segmentor=dict(
        type='EncoderDecoder',
        backbone=dict(type='ERFNet', norm_cfg=dict(type='BN')),
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
optim_wrapper = dict(
    _delete_=True,
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True))
