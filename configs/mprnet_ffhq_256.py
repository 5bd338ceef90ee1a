"""MPRNet (CVPR 2021) on FFHQ at 256 px, without masks (HCL, Table 3).

Network (that for deblurring, 20.1 M weights), loss, rate and batch size as
published (https://arxiv.org/abs/2102.02808).
"""
_base_ = [
    '_base_/models/mprnet.py', '_base_/datasets/ffhq_256.py',
    '_base_/schedules/mprnet_150k.py', '_base_/restoration_runtime.py'
]

train_dataloader = dict(batch_size=2)  # per GPU, on 8
