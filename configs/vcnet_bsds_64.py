"""VCNet on 64 px crops of BSDS500, for experiments on a CPU.

Data, averaging of the weights and patterns of the test are those of
hcl_detector_bsds_64.py; here the restored pictures are measured, too.
"""
_base_ = [
    '_base_/models/vcnet.py', '_base_/datasets/bsds_64.py',
    '_base_/schedules/cpu_1800.py', '_base_/default_runtime.py'
]

stage_iters = 900  # edit first: iterations of each of the two stages
mask_channels = 32
init_cfg = dict(
    type='Kaiming', layer='Conv2d', mode='fan_in', nonlinearity='linear')

model = dict(
    mask_network=dict(base_channels=mask_channels, init_cfg=init_cfg),
    inpainting_network=dict(
        base_channels=16,
        mask_feature_channels=2 * mask_channels,
        init_cfg=init_cfg),
    discriminator=dict(base_channels=16))

test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=prefix),
            dict(type='RestorationQuality', prefix=prefix)
        ]) for prefix in _base_.test_patterns
]
train_cfg = dict(max_iters=2 * stage_iters)
custom_hooks = [
    dict(type='PhaseSwitchHook', switch_iteration=stage_iters),
    *_base_.custom_hooks
]
default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
# Short as the stages are, both keep their rates; that of the discriminator is
# the paper's code's.
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['mask_network', 'inpainting_network'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)),
    discriminator=dict(
        type='OptimWrapper',
        modules='discriminator',
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.5, 0.9), fused=True)))
