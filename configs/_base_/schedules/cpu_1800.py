# For minutes on one core of a CPU, at a batch size of 8. Edit first:
# max_iters.
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=1800, val_interval=300)
# At a constant rate the weights of a single iteration are a gamble: the
# average of the last few hundred orients the clusters far more reliably.
custom_hooks = [
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.005,
        begin_iter=100)
]
auto_scale_lr = dict(enable=False, base_batch_size=8)
