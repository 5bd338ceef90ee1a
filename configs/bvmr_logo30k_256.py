"""BVMR (CVPR 2019) on LOGO-30K at 256 px (HCL, Table 7).

Network (20.5 M weights), losses, rate and batch size as published
(https://arxiv.org/abs/1904.02756), which trains on crops of 128 px; length and
size as for the others.
"""
_base_ = [
    '_base_/models/bvmr.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/watermarks_150k.py', '_base_/default_runtime.py'
]

batch_size = 32  # as published

train_dataloader = dict(batch_size=batch_size)
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)
