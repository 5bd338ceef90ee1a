"""Segmenter of mmsegmentation on 64 px crops of BSDS500, for a CPU.

Data and averaging of the weights are those of hcl_detector_bsds_64.py; the
test adds mmsegmentation's own metric.
"""
_base_ = ['hcl_detector_bsds_64.py']

max_iters = 1800  # edit first
width = 128
num_heads = 4

model = dict(
    _delete_=True,
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
optim_wrapper = dict(
    _delete_=True,
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=2.5e-4, betas=(0.9, 0.999), fused=True))
train_cfg = dict(max_iters=max_iters)
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=prefix),
            dict(type='SegmentationIoU', prefix=prefix)
        ])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
model_wrapper_cfg = dict(type='MMDistributedDataParallel')
