# As many iterations as hcl_150k.py; the rate falls to almost nothing, as all
# of these networks were published.
max_iters = 150000

train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=5000)
param_scheduler = dict(
    type='CosineAnnealingLR', by_epoch=False, T_max=max_iters, eta_min=1e-6)
optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='AdamW', betas=(0.9, 0.999)))
custom_hooks = []
