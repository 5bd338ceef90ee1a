# Runtime of models that restore and detect nothing: as default_runtime.py, but
# only the restored pictures are scored.
_base_ = 'default_runtime.py'

default_hooks = dict(checkpoint=dict(save_best='PSNR_inside'))

val_evaluator = dict(metrics=[dict(type='RestorationQuality')])
test_evaluator = dict(metrics=[
    dict(type='ImageCount', ratio_bins=_base_.restoration_bins),
    *_base_.test_evaluator.metrics[2:]
])
