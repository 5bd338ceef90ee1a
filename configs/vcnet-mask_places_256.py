"""VCNet's mask prediction network alone on Places365 at 256 px."""
_base_ = [
    '_base_/models/vcnet-mask.py', '_base_/datasets/places_256.py',
    '_base_/schedules/vcnet-mask_150k.py', '_base_/default_runtime.py'
]

train_dataloader = dict(batch_size=4)  # per GPU, as the authors' code
# Nothing is restored, so nothing is to be measured but masks.
val_evaluator = dict(
    _delete_=True, type='Evaluator', metrics=[dict(type='MaskDetection')])
test_evaluator = dict(
    _delete_=True,
    type='Evaluator',
    metrics=[
        dict(type='ImageCount', ratio_bins=_base_.detection_bins),
        dict(type='MaskDetection', ratio_bins=_base_.detection_bins)
    ])
