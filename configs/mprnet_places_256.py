"""MPRNet (CVPR 2021) on Places365 at 256 px, without masks.

Network (that for deblurring, 20.1 M weights), loss, rate and batch size as
published (https://arxiv.org/abs/2102.02808).
"""
_base_ = [
    '_base_/models/direct_restoration.py', '_base_/datasets/places_256.py',
    '_base_/schedules/direct_150k.py', '_base_/restoration_runtime.py'
]

batch_size = 2  # per GPU, on 8

model = dict(
    generator=dict(
        type='MPRNet',
        base_channels=96,
        level_channels=48,
        last_stage_channels=32),
    pixel_loss=dict(type='MultiStageLoss', edge_weight=0.05))
train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(optimizer=dict(type='Adam', lr=2e-4))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 8)
