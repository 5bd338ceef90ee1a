"""A narrow NAFNet on 64 px crops of BSDS500, without masks.

For experiments on a CPU. Tested with the pattern of the training and four
that it has not seen. Layout: as in hcl_detector_bsds_64.py.
"""
_base_ = [
    '_base_/models/direct_restoration.py', '_base_/datasets/bsds_64.py',
    '_base_/schedules/cpu_1500_cosine.py',
    '_base_/restoration_runtime_bsds_64.py'
]

model = dict(
    generator=dict(
        type='NAFNet',
        mid_channels=16,
        enc_blk_nums=[1, 1, 2],
        middle_blk_num=2,
        dec_blk_nums=[1, 1, 1]),
    pixel_loss=dict(type='PSNRLoss'))
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=1e-3, betas=(0.9, 0.9)))
