"""A small HCL that learns in minutes on two CPU cores.

The photographs come with scikit-image, scikit-learn and matplotlib: nothing
is downloaded. Half of the damage is content of other photographs, the other
half colour and noise; the test photographs and the content pasted into them
are never trained on.
"""
_base_ = ['_base_/models/hcl_narrow_restorer.py', '_base_/default_runtime.py']

# Edit first.
max_iters = 500
switch_iteration = 300
batch_size = 8
crop_size = 64
short_side = 96

mask = dict(
    type='RandomChoice',
    prob=[0.75, 0.25],
    transforms=[[
        dict(
            type='RandomStrokeMask', thickness=(6, 15), ratio_range=(0.1, 0.4))
    ], [dict(type='RandomRectangleMask', ratio_range=(0.1, 0.4))]])


def corruption(content_splits):
    """Half of the damage is other photographs, half colour and noise."""
    return dict(
        type='CorruptImage',
        feather_radius=1.,
        weights=[3, 1, 1, 1],
        contents=[
            dict(
                type='PackagedContent',
                split=content_splits,
                short_side=short_side),
            dict(type='ConstantColorContent'),
            dict(type='UniformNoiseContent'),
            dict(type='GaussianNoiseContent')
        ])


load = dict(type='LoadResizedPhotograph', short_side=short_side)
crop = dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size))
pack = dict(type='PackInputs', keys=['img'])

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='PackagedPhotographs',
        split='train',
        pipeline=[
            load, crop, mask,
            corruption(['train', 'noise_train']), pack
        ]))
val_dataloader = dict(
    batch_size=batch_size,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='PackagedPhotographs',
        split='test',
        test_mode=True,
        repeats=8,
        pipeline=[load, crop, mask,
                  corruption(['noise_test']), pack]))
test_dataloader = val_dataloader

train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=250)
custom_hooks = [
    dict(
        type='PhaseSwitchHook',
        switch_iteration=switch_iteration,
        reset_optimizer=True),
    # At a constant rate the weights of a single iteration are a gamble.
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.01,
        begin_iter=100)
]
default_hooks = dict(
    logger=dict(interval=50),
    checkpoint=dict(interval=250, max_keep_ckpts=1, save_best=None),
    sample_panel=dict(num_samples=6, test_file='panel.png'))
log_processor = dict(window_size=50)
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector', 'decoder'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999))),
    refiner=dict(
        type='OptimWrapper',
        modules='refiner',
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999))))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)
