# AdamW with averaged weights, for the two networks of photographs from
# anywhere. Their configs set the length and let the rate fall at the end.
train_cfg = dict(type='ResumableIterBasedTrainLoop', val_interval=2000)
custom_hooks = [
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.001,
        begin_iter=500)
]
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.01, fused=True))
