"""The repair of ``hcl_small``: pixels under a given mask, seen as they are."""
_base_ = [
    '_base_/models/repair.py', '_base_/datasets/photograph_damage.py',
    '_base_/schedules/photographs_averaged.py', '_base_/restoration_runtime.py'
]

model = _base_.repair
max_iters = 31500  # edit first
crop_size = 128

train_dataloader = dict(
    dataset=dict(pipeline=[
        dict(
            type='LoadRandomCrop',
            crop_size=crop_size,
            short_side_range=(
                crop_size,
                4 * crop_size)), *_base_.train_dataloader.dataset.pipeline[1:]
    ]))

train_cfg = dict(max_iters=max_iters)
default_hooks = dict(
    checkpoint=dict(interval=500, max_keep_ckpts=2),
    logger=dict(interval=100),
    sample_panel=dict(num_samples=16))
optim_wrapper = dict(clip_grad=dict(max_norm=20))
param_scheduler = dict(
    type='LinearLR',
    by_epoch=False,
    start_factor=1.0,
    end_factor=0.02,
    begin=max_iters * 3 // 4,
    end=max_iters)
val_evaluator = dict(metrics=[dict(type='RestorationQuality')])
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[dict(type='RestorationQuality', prefix=pattern)])
    for pattern in _base_.test_patterns
]
auto_scale_lr = dict(enable=False, base_batch_size=_base_.batch_size)
