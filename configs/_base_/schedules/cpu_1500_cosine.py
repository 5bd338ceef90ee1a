# cpu_1800.py at a rate that falls to 0.
_base_ = ['cpu_1800.py']

max_iters = 1500  # edit first

train_cfg = dict(max_iters=max_iters)
param_scheduler = dict(
    type='CosineAnnealingLR', by_epoch=False, T_max=max_iters)
