# As detection_runtime.py, for the patterns of datasets/bsds_64.py.
_base_ = 'detection_runtime.py'

default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=prefix),
            dict(type='SegmentationIoU', prefix=prefix)
        ])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True))
