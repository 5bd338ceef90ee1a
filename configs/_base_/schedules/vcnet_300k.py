# Both networks on their own, then together at a tenth of the rate. The paper
# trains each stage until it converges: rates, betas and batch are those of its
# public code, and the stages are as long as HCL's training.
stage_iters = 150000

train_cfg = dict(
    type='ResumableIterBasedTrainLoop',
    max_iters=2 * stage_iters,
    val_interval=5000)
custom_hooks = [
    dict(
        type='PhaseSwitchHook',
        switch_iteration=stage_iters,
        reset_optimizer=True)
]
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['mask_network', 'inpainting_network'],
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.5, 0.9))),
    discriminator=dict(
        type='OptimWrapper',
        modules='discriminator',
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.5, 0.9))))
param_scheduler = dict(
    type='MultiStepLR', by_epoch=False, milestones=[stage_iters], gamma=0.1)

auto_scale_lr = dict(enable=False, base_batch_size=4)
