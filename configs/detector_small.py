"""The detector of ``hcl_small``: looks at every scale."""
_base_ = [
    '_base_/models/multi_scale_detector.py',
    '_base_/datasets/photograph_damage.py',
    '_base_/schedules/photographs_averaged.py', '_base_/detection_runtime.py'
]

model = _base_.detector
max_iters = 20200  # edit first
falling = 17400  # iteration from which the rate falls
crop_size = 256

train_dataloader = dict(
    dataset=dict(pipeline=[
        dict(
            type='LoadRandomCrop',
            crop_size=crop_size,
            short_side_range=(
                crop_size,
                4 * crop_size)), *_base_.train_dataloader.dataset.pipeline[1:]
    ]))
val_evaluator = dict(metrics=[dict(type='MaskDetection')])
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=pattern),
            dict(type='FoundRegions', prefix=pattern)
        ]) for pattern in _base_.test_patterns
]
train_cfg = dict(max_iters=max_iters)
default_hooks = dict(
    checkpoint=dict(interval=500, max_keep_ckpts=2),
    logger=dict(interval=100),
    sample_panel=dict(num_samples=16))
optim_wrapper = dict(
    clip_grad=dict(max_norm=10),
    # What comes from ImageNet learns more slowly.
    paramwise_cfg=dict(custom_keys={
        'encoder.stem': dict(lr_mult=0.3),
        'encoder.blocks': dict(lr_mult=0.3)
    }))
param_scheduler = [
    dict(type='LinearLR', by_epoch=False, start_factor=0.01, end=200),
    dict(
        type='LinearLR',
        by_epoch=False,
        start_factor=1.0,
        end_factor=0.02,
        begin=falling,
        end=max_iters)
]
auto_scale_lr = dict(enable=False, base_batch_size=_base_.batch_size)
