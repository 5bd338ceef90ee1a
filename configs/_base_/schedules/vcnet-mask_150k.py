# The first stage of vcnet_300k.py for the mask prediction network alone.
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=150000, val_interval=5000)
custom_hooks = []
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-4, betas=(0.5, 0.9)))

auto_scale_lr = dict(enable=False, base_batch_size=4)
