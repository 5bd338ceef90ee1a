"""SIRF (CVPR 2018) on LOGO-30K at 256 px (HCL, Table 7).

Network (0.4 M weights beside the VGG), losses, rates and batch size as
published (https://arxiv.org/abs/1806.05376), for reflections. It finds no
mask.
"""
_base_ = [
    '_base_/models/sirf.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/watermarks_gan_150k.py', '_base_/restoration_runtime.py'
]

batch_size = 1  # as published

train_dataloader = dict(batch_size=batch_size)
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)
