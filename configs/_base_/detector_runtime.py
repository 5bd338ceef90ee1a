# Runtime of detectors that are one network with one optimizer and restore
# nothing: their masks are scored, by mmsegmentation's metric too.
_base_ = 'default_runtime.py'

val_evaluator = dict(
    _delete_=True, type='Evaluator', metrics=[dict(type='MaskDetection')])
test_evaluator = dict(
    _delete_=True,
    type='Evaluator',
    metrics=[
        dict(type='ImageCount', ratio_bins=_base_.detection_bins),
        dict(type='MaskDetection', ratio_bins=_base_.detection_bins),
        dict(type='SegmentationIoU', ratio_bins=_base_.detection_bins)
    ])
model_wrapper_cfg = dict(type='MMDistributedDataParallel')
