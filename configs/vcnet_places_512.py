"""VCNet on Places365 at 512 px, with HCL's data (HCL, Table 2).

Neither paper says how VCNet was trained at this size: all else is
vcnet_places_256.py.
"""
_base_ = [
    '_base_/models/vcnet.py', '_base_/datasets/places_512.py',
    '_base_/schedules/vcnet_300k.py', '_base_/default_runtime.py'
]

train_dataloader = dict(batch_size=4)  # per GPU, as the authors' code
