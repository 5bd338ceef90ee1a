"""Restormer (CVPR 2022) on Places365 at 256 px, without masks.

Network, loss and rates as published (https://arxiv.org/abs/2111.09881), with
the batch size that its authors take at 256 px; the crops do not grow.
"""
_base_ = [
    '_base_/models/direct_restoration.py', '_base_/datasets/places_256.py',
    '_base_/schedules/direct_150k.py', '_base_/restoration_runtime.py'
]

batch_size = 2  # per GPU, on 8

model = dict(
    generator=dict(
        type='Restormer',
        dim=48,
        num_blocks=[4, 6, 6, 8],
        num_refinement_blocks=4,
        heads=[1, 2, 4, 8],
        ffn_expansion_factor=2.66),
    pixel_loss=dict(type='L1Loss'))
train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(
    optimizer=dict(lr=3e-4, weight_decay=1e-4), clip_grad=dict(max_norm=0.01))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 8)
