"""AOT-GAN that is told the true mask, on 64 px crops of BSDS500.

For experiments on a CPU: 9 minutes of one busy core, docs/experiments.md.
What an inpainting model reaches when nothing has to be found; afterwards it
repairs the masks of any detector. Layout: as in hcl_detector_bsds_64.py.
"""
_base_ = [
    '_base_/models/aot-gan_narrow.py', '_base_/datasets/bsds_64.py',
    '_base_/blind_runtime.py'
]

max_iters = 1500  # edit first, and the folders in _base_/datasets/bsds_64.py

model = dict(
    type='BlindInpaintor',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    detector=dict(type='GivenMaskDetector', key='mask'),
    inpaintor=_base_.inpaintor)

test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=prefix),
            dict(type='RestorationQuality', prefix=prefix)
        ])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=500)
param_scheduler = dict(
    type='CosineAnnealingLR', by_epoch=False, T_max=max_iters)
custom_hooks = [
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.005,
        begin_iter=100)
]
default_hooks = dict(checkpoint=dict(interval=500, max_keep_ckpts=1))
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules='inpaintor.generator',
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
auto_scale_lr = dict(enable=False, base_batch_size=8)
