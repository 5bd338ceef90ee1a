"""A small HCL for everyday damage: ``hcl_small``.

Detector first, then the restoration of what it finds. Takes hours on two CPU
cores, where it goes on from where it was with --resume; docs/hcl_small.md says
what it reaches.
"""
_base_ = [
    '_base_/models/hcl_pretrained.py', '_base_/datasets/everyday_damage.py',
    '_base_/default_runtime.py'
]

# Edit first; batch and crops are in datasets/everyday_damage.py.
max_iters = 8000
switch_iteration = _base_.crops[-1][0]  # the restoration begins

val_evaluator = dict(metrics=[
    dict(type='MaskDetection', ratio_bins=[(5, 60)]),
    dict(type='RestorationQuality', ratio_bins=[(0, 40)])
])
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=pattern, ratio_bins=[(5, 60)]),
            dict(
                type='RestorationQuality',
                prefix=pattern,
                ratio_bins=[(0, 40)])
        ]) for pattern in _base_.test_patterns
]
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=1000)
custom_hooks = [
    dict(type='TaskSwitchHook', switch_iteration=switch_iteration),
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.002,
        begin_iter=200,
        update_buffers=True)
]
default_hooks = dict(
    checkpoint=dict(interval=250, max_keep_ckpts=3),
    logger=dict(interval=50),
    sample_panel=dict(num_samples=12))
log_processor = dict(window_size=50)
# Both rates are constant at first and fall to a twentieth over about the last
# third of their part.
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)),
    refiner=dict(
        type='OptimWrapper',
        modules=['decoder', 'refiner'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
param_scheduler = dict(
    generator=dict(
        type='LinearLR',
        by_epoch=False,
        start_factor=1.0,
        end_factor=0.05,
        begin=switch_iteration * 7 // 10,
        end=switch_iteration),
    refiner=dict(
        type='LinearLR',
        by_epoch=False,
        start_factor=1.0,
        end_factor=0.05,
        begin=switch_iteration + (max_iters - switch_iteration) * 2 // 3,
        end=max_iters))
auto_scale_lr = dict(enable=False, base_batch_size=_base_.batch_size)
# Trained at many scales; photographs are looked at first at this one.
inference_scale = dict(short_side=256, crop_size=256)
