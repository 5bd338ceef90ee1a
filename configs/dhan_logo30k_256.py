"""DHAN (AAAI 2020) on LOGO-30K at 256 px (HCL, Table 7).

Network (1.7 M weights beside the VGG), losses, rates and batch size as
published (https://arxiv.org/abs/1911.08718), for shadows.
"""
_base_ = [
    '_base_/models/dhan.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/watermarks_gan_150k.py', '_base_/default_runtime.py'
]

batch_size = 1  # as published

train_dataloader = dict(batch_size=batch_size)
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)
