# The schedule of the authors' code: 50k iterations with the true mask, 100k
# with the detected one, constant learning rates. The paper speaks of a joint
# optimisation without phases, one rate of 1e-4 and batches of 4.
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=150000, val_interval=5000)
custom_hooks = [
    dict(type='PhaseSwitchHook', switch_iteration=50000, reset_optimizer=True)
]

# Edit first: encoder, detector and decoder learn at a rate of their own.
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector', 'decoder'],
        optimizer=dict(type='Adam', lr=5e-4, betas=(0.9, 0.999))),
    refiner=dict(
        type='OptimWrapper',
        modules='refiner',
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.9, 0.999))),
    discriminator=dict(
        type='OptimWrapper',
        modules='discriminator',
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.9, 0.999))))

# The authors trained on 3 images on each of 4 GPUs. With --auto-scale-lr the
# rates follow the batch size in use.
auto_scale_lr = dict(enable=False, base_batch_size=3 * 4)
