"""The blind S2AM (TIP 2020) on LOGO-30K at 256 px (HCL, Table 7).

Network (67.0 M weights), losses, rates and batch size as published
(https://arxiv.org/abs/1907.06406), for harmonisation without a mask.
"""
_base_ = [
    '_base_/models/bs2am.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/watermarks_gan_150k.py', '_base_/default_runtime.py'
]

batch_size = 8  # as published
adam = dict(lr=1e-3, betas=(0.5, 0.999))

train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(
    generator=dict(optimizer=adam), discriminator=dict(optimizer=adam))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)
