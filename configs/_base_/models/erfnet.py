# ERFNet (T-ITS 2018), two classes; the numbers are those of mmsegmentation's
# erfnet_fcn.
model = dict(
    type='SegmentationDetector',
    size_divisor=8,
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    segmentor=dict(
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
