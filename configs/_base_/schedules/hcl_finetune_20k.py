# Fine-tuning of a trained model: the schedule of hcl_150k.py, shorter and at
# a fifth of its rates.
_base_ = ['hcl_150k.py']

train_cfg = dict(max_iters=20000, val_interval=1000)
# The repair gets used to the new damage by the true mask first.
custom_hooks = [
    dict(type='PhaseSwitchHook', switch_iteration=2000, reset_optimizer=True)
]
optim_wrapper = dict(
    generator=dict(optimizer=dict(lr=1e-4)),
    refiner=dict(optimizer=dict(lr=2e-5)),
    discriminator=dict(optimizer=dict(lr=2e-5)))
