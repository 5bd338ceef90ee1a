"""HCL's restoration as an inpainting model, on 64 px crops of BSDS500.

For experiments on a CPU: 13 minutes of one busy core, docs/experiments.md.
Trained and tested with the true mask; the test has the pattern of the training
and four that it has not seen. Layout: as in hcl_detector_bsds_64.py.
"""
_base_ = [
    '_base_/models/hcl_narrow_restorer.py', '_base_/datasets/bsds_64.py',
    '_base_/datasets/given_mask.py', '_base_/schedules/cpu_1500_cosine.py',
    '_base_/restoration_runtime_bsds_64.py'
]

model = dict(detector=None)


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
