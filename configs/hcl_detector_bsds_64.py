"""The detector alone on 64 px crops of BSDS500: for experiments on a CPU.

Small enough to compare ideas within minutes on one core. Tested with the
pattern of the training and with four that it has not seen.
Layout: data/bsds500/{train,test,val}, data/imagenet_sample (1,000 files),
data/faces (any faces).
"""
_base_ = [
    '_base_/models/hcl_narrow.py', '_base_/datasets/bsds_64.py',
    '_base_/default_runtime.py'
]

max_iters = 1800  # edit first, and the folders in _base_/datasets/bsds_64.py

model = dict(
    detector=dict(num_iterations=5),
    decoder=None,
    refiner=None,
    discriminator=None,
    loss_coarse=None,
    loss_refined=None,
    loss_perceptual=None,
    loss_adversarial=None)

val_evaluator = dict(
    _delete_=True, type='Evaluator', metrics=[dict(type='MaskDetection')])
test_evaluator = [
    dict(
        type='Evaluator', metrics=[dict(type='MaskDetection', prefix=prefix)])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=300)
# At a constant rate the weights of a single iteration are a gamble: the
# average of the last few hundred orients the clusters far more reliably.
custom_hooks = [
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.005,
        begin_iter=100)
]
default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
auto_scale_lr = dict(enable=False, base_batch_size=8)
