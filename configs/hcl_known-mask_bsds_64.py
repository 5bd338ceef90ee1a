"""HCL's restoration as an inpainting model, on 64 px crops of BSDS500.

For experiments on a CPU: 13 minutes of one busy core, docs/experiments.md.
Trained and tested with the true mask; the test has the pattern of the training
and four that it has not seen. Layout: as in hcl_detector_bsds_64.py.
"""
_base_ = [
    '_base_/models/hcl_narrow.py', '_base_/datasets/bsds_64.py',
    '_base_/datasets/given_mask.py', '_base_/restoration_runtime_bsds_64.py'
]

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
