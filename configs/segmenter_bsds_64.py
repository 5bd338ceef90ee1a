"""Segmenter of mmsegmentation on 64 px crops of BSDS500, for a CPU.

Data and averaging of the weights are those of hcl_detector_bsds_64.py; the
test adds mmsegmentation's own metric.
"""
_base_ = [
    '_base_/datasets/bsds_64.py', '_base_/schedules/cpu_1800.py',
    '_base_/detection_runtime_bsds_64.py'
]

width = 128
num_heads = 4

model = dict(
    type='SegmentationDetector',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    segmentor=dict(
        type='EncoderDecoder',
        backbone=dict(
            type='VisionTransformer',
            img_size=64,
            patch_size=4,
            embed_dims=width,
            num_layers=4,
            num_heads=num_heads,
            final_norm=True,
            norm_cfg=dict(type='LN', eps=1e-6)),
        decode_head=dict(
            type='SegmenterMaskTransformerHead',
            in_channels=width,
            channels=width,
            num_classes=2,
            num_layers=2,
            num_heads=num_heads,
            embed_dims=width,
            dropout_ratio=0.,
            # Why so much: _base_/models/segmenter_vit-s16.py.
            norm_cfg=dict(type='LN', eps=0.1),
            loss_decode=dict(type='CrossEntropyLoss'))))
optim_wrapper = dict(optimizer=dict(lr=2.5e-4))
