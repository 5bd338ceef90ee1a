# direct_150k.py with the optimizer and rate of MPRNet, for 2 crops on each of
# 8 GPUs.
_base_ = ['direct_150k.py']

optim_wrapper = dict(optimizer=dict(type='Adam', lr=2e-4))
auto_scale_lr = dict(enable=False, base_batch_size=2 * 8)
