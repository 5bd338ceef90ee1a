"""A narrow HCL on watermarks of our own, 64 px, for a CPU.

Trains for a given time of one core: docs/rivals.md.
"""
_base_ = [
    '_base_/models/hcl_narrow_restorer.py', '_base_/datasets/watermarks_64.py',
    '_base_/schedules/processor_time.py', '_base_/watermarks_64_runtime.py'
]

switch_iteration = 45  # edit first: about a third of what the time allows

custom_hooks = [
    *_base_.time_hooks,
    dict(
        type='PhaseSwitchHook',
        switch_iteration=switch_iteration,
        reset_optimizer=True)
]
optim_wrapper = dict(
    _delete_=True,
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector', 'decoder'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)),
    refiner=dict(
        type='OptimWrapper',
        modules='refiner',
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
