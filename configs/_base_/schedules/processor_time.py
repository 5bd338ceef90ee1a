# As many iterations as fit into so many seconds of one core; averaged weights,
# as in cpu_1800.py.
seconds = 40  # edit first

train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=100000, val_interval=100000)
time_hooks = [
    dict(type='ProcessorTimeHook', seconds=seconds),
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.02,
        begin_iter=30)
]
custom_hooks = time_hooks
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True))
auto_scale_lr = dict(enable=False, base_batch_size=8)
