# For networks that remove watermarks, trained from scratch for as many
# iterations as HCL is before its fine-tuning. Rates are those of the authors'
# codes, which keep them constant for most of the training.
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=150000, val_interval=5000)
custom_hooks = []
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999)))
