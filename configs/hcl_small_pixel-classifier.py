"""A classifier of pixels in the place of contrast and clusters: what
``hcl_small`` is compared with. The same encoder, data and rates."""
_base_ = ['hcl_small.py']

model = dict(
    detector=dict(
        _delete_=True,
        type='PixelClassifierHead',
        stage_channels=_base_.stage_channels,
        hidden_channels=32,
        overlap_weight=1.0,
        smooth=True),
    decoder=None,
    refiner=None,
    loss_coarse=None,
    loss_refined=None,
    mask_source='true')
val_evaluator = dict(metrics=_base_.val_evaluator.metrics[:1])
test_evaluator = [
    dict(type='Evaluator', metrics=evaluator.metrics[:1])
    for evaluator in _base_.test_evaluator
]
train_cfg = dict(max_iters=_base_.switch_iteration)
custom_hooks = _base_.custom_hooks[1:]  # nothing to switch to
optim_wrapper = dict(
    _delete_=True,
    constructor='MultiOptimWrapperConstructor',
    generator=_base_.optim_wrapper.generator)
param_scheduler = dict(_delete_=True, **_base_.param_scheduler.generator)
