"""VCNet's watermark removal on LOGO-30K at 256 px (HCL, Table 7).

Training starts from the weights of vcnet_places_256.py, as HCL's does; the
paper does not say how VCNet was trained for it.
"""
_base_ = [
    '_base_/models/vcnet.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/vcnet_finetune_50k.py', '_base_/default_runtime.py'
]

# Edit first.
load_from = 'work_dirs/vcnet_places_256/iter_300000.pth'

model = dict(mask_source='predicted')
train_dataloader = dict(batch_size=4)  # per GPU, as the authors' code
