# As restoration_runtime.py, for minutes on one core of a CPU: tested with the
# pattern of the training and with the four of datasets/bsds_64.py that no
# training has shown.
_base_ = 'restoration_runtime.py'

max_iters = 1500

train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=300)
param_scheduler = dict(
    type='CosineAnnealingLR', by_epoch=False, T_max=max_iters)
custom_hooks = [
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.005,
        begin_iter=100)
]
default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[dict(type='RestorationQuality', prefix=prefix)])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
auto_scale_lr = dict(enable=False, base_batch_size=8)
