# MPRNet as its authors publish it for deblurring, with their loss.
_base_ = ['direct_restoration.py']

model = dict(
    generator=dict(
        type='MPRNet',
        base_channels=96,
        level_channels=48,
        last_stage_channels=32),
    pixel_loss=dict(type='MultiStageLoss', edge_weight=0.05))
