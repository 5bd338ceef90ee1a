"""NAFNet (ECCV 2022) on Places365 at 256 px, without masks.

Network (64 channels), loss and rates as MMagic trains it for GoPro
(https://arxiv.org/abs/2204.04676).
"""
_base_ = [
    '_base_/models/direct_restoration.py', '_base_/datasets/places_256.py',
    '_base_/schedules/direct_150k.py', '_base_/restoration_runtime.py'
]

batch_size = 8  # per GPU, on 8

model = dict(
    generator=dict(
        type='NAFNetLocal',
        mid_channels=64,
        enc_blk_nums=[1, 1, 1, 28],
        middle_blk_num=1,
        dec_blk_nums=[1, 1, 1, 1],
        train_size=(1, 3, _base_.crop_size, _base_.crop_size)),
    pixel_loss=dict(type='PSNRLoss'))
train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(
    optimizer=dict(lr=1e-3, weight_decay=1e-3, betas=(0.9, 0.9)))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 8)
