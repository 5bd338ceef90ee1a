"""VCNet on Places365 at 256 px, with HCL's data."""
_base_ = [
    '_base_/models/vcnet.py', '_base_/datasets/places_256.py',
    '_base_/schedules/vcnet_300k.py', '_base_/default_runtime.py'
]

train_dataloader = dict(batch_size=4)  # per GPU, as the authors' code
