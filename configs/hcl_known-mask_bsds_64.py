"""HCL's restoration as an inpainting model, on 64 px crops of BSDS500.

For experiments on a CPU: it learns in ten minutes on one core. Trained and
tested with the true mask; the test has the pattern of the training and four
that it has not seen. Layout: as in hcl_detector_bsds_64.py.
"""
_base_ = [
    '_base_/models/hcl_narrow.py', '_base_/datasets/bsds_64.py',
    '_base_/datasets/given_mask.py', '_base_/restoration_runtime.py'
]

max_iters = 1500  # edit first, and the folders in _base_/datasets/bsds_64.py

base_channels = 16  # as the encoder's

model = dict(
    encoder=dict(num_conv_stages=1),
    detector=None,
    decoder=dict(
        base_channels=base_channels,
        depths=(1, 1, 1),
        bottleneck_depth=1,
        num_conv_stages=1),
    refiner=dict(base_channels=8, channel_mults=(1, 2, 4)),
    # No VGG weights to be had without a download, no time for an adversary.
    discriminator=None,
    loss_adversarial=None,
    loss_perceptual=None)


def with_given_mask(loader):
    """The same samples, which bring their true mask as the one to restore."""
    steps = [*loader.dataset.pipeline[:-1], *_base_.pack_given_mask]
    return dict(loader, dataset=dict(loader.dataset, pipeline=steps))


val_dataloader = with_given_mask(_base_.val_dataloader)
test_dataloader = [
    with_given_mask(loader) for loader in _base_.test_dataloader
]
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[dict(type='RestorationQuality', prefix=prefix)])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
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
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'decoder'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)),
    refiner=dict(
        type='OptimWrapper',
        modules='refiner',
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
auto_scale_lr = dict(enable=False, base_batch_size=8)
