"""MAT (CVPR 2022) on Places365 at 512 px, told the true mask.

Rates, betas, batch size and averaging as published
(https://arxiv.org/abs/2203.15270), which shows it 50 million pictures; here it
is trained for as many iterations as HCL. It repairs the masks of a detector
in blind_mat_places_512.py.
"""
_base_ = [
    '_base_/models/mat.py', '_base_/datasets/places_512.py',
    '_base_/restoration_runtime.py'
]

max_iters = 150000  # edit first
batch_size = 4  # per GPU, on 8
adam = dict(type='Adam', lr=1e-3, betas=(0., 0.99))

model = _base_.inpaintor
train_dataloader = dict(batch_size=batch_size)
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=5000)
custom_hooks = [
    # Half of the average is of the last 10,000 pictures.
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=1 - 0.5**(batch_size * 8 / 10000))
]
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(type='OptimWrapper', modules='generator', optimizer=adam),
    discriminator=dict(
        type='OptimWrapper', modules='discriminator', optimizer=adam))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 8)
