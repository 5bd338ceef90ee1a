# Runtime of detectors that are one network with one optimizer and restore
# nothing: as default_runtime.py, but only the masks are scored, by
# mmsegmentation's metric too.
_base_ = 'default_runtime.py'

val_evaluator = dict(metrics=[dict(type='MaskDetection')])
test_evaluator = dict(metrics=[
    dict(type=metric, ratio_bins=_base_.detection_bins)
    for metric in ('ImageCount', 'MaskDetection', 'SegmentationIoU')
])
model_wrapper_cfg = dict(type='MMDistributedDataParallel')
