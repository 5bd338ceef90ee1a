"""Split-then-Refine (AAAI 2021) on LOGO-30K at 256 px (HCL, Table 7).

Network (32.6 M weights), losses, rate and batch size as published
(https://arxiv.org/abs/2012.07007).
"""
_base_ = [
    '_base_/models/split-then-refine.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/watermarks_150k.py', '_base_/default_runtime.py'
]

batch_size = 4  # as published

train_dataloader = dict(batch_size=batch_size)
auto_scale_lr = dict(enable=False, base_batch_size=batch_size)
