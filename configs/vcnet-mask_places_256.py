"""VCNet's mask prediction network alone on Places365 at 256 px."""
_base_ = [
    '_base_/models/vcnet-mask.py', '_base_/datasets/places_256.py',
    '_base_/schedules/vcnet-mask_150k.py', '_base_/detection_runtime.py'
]

train_dataloader = dict(batch_size=4)  # per GPU, as the authors' code
