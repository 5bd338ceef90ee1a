"""Watermark removal on LOGO-30K at 256 px (HCL, Table 7).

Training starts from the weights of hcl_places_256.py.
"""
_base_ = [
    '_base_/models/hcl_places.py', '_base_/datasets/logo30k_256.py',
    '_base_/schedules/hcl_finetune_50k.py', '_base_/reference_runtime.py'
]

# Edit first.
load_from = 'work_dirs/hcl_places_256/iter_150000.pth'

model = dict(mask_source='predicted')
