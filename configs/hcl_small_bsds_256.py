"""``hcl_small`` on the damage of the first version's tests: BSDS500's val at
256 px. For tests alone."""
_base_ = [
    '_base_/models/multi_scale_detector.py', '_base_/models/repair.py',
    '_base_/datasets/everyday_damage.py', '_base_/default_runtime.py'
]

model = dict(
    type='BlindInpaintor',
    data_preprocessor=_base_.detector.data_preprocessor,
    detector=_base_.detector,
    inpaintor=_base_.repair)
metrics = dict(
    mask=dict(type='MaskDetection', ratio_bins=[(5, 60)]),
    image=dict(type='RestorationQuality', ratio_bins=[(0, 40)]))
val_evaluator = dict(metrics=list(metrics.values()))
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(prefix=pattern, **metric) for metric in metrics.values()
        ]) for pattern in _base_.test_patterns
]
inference_scale = dict(short_side=128, crop_size=512)
