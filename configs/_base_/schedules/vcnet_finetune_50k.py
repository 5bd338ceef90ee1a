# Fine-tuning of a trained VCNet: the second stage of vcnet_300k.py alone, at
# its rate, for as long as HCL's fine-tuning.
_base_ = ['vcnet_300k.py']

train_cfg = dict(max_iters=50000)
custom_hooks = []
optim_wrapper = dict(
    generator=dict(optimizer=dict(lr=1e-5)),
    discriminator=dict(optimizer=dict(lr=1e-5)))
param_scheduler = None
