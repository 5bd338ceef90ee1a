"""``hcl_small``: finds damage at every scale and repairs what it finds.

The last of three trainings: detector_small.py, repair_small.py, and this one,
in which the repair learns to live with the masks of the detector. It needs the
weights of the others: --cfg-options model.detector_checkpoint=FILE
model.inpaintor_checkpoint=FILE. docs/hcl_small.md says what it reaches.
"""
_base_ = [
    '_base_/models/multi_scale_detector.py', '_base_/models/repair.py',
    '_base_/datasets/photograph_damage.py',
    '_base_/schedules/photographs_averaged.py', '_base_/default_runtime.py'
]

max_iters = 4000  # edit first
crop_size = 256

_base_.detector.contrast = None  # which only the detector's training needs
model = dict(
    type='BlindInpaintor',
    data_preprocessor=_base_.detector.data_preprocessor,
    detector=_base_.detector,
    inpaintor=_base_.repair)
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
optim_wrapper = dict(
    _delete_=True,
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules='inpaintor.network',
        optimizer=dict(type='AdamW', lr=3e-4, weight_decay=0.01, fused=True)))
param_scheduler = dict(
    generator=dict(
        type='LinearLR',
        by_epoch=False,
        start_factor=1.0,
        end_factor=0.02,
        end=max_iters))
val_evaluator = dict(metrics=[
    dict(type='MaskDetection'),
    dict(type='RestorationQuality', ratio_bins=[(0, 40)])
])
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=pattern),
            dict(type='FoundRegions', prefix=pattern),
            dict(
                type='RestorationQuality',
                prefix=pattern,
                ratio_bins=[(0, 40)])
        ]) for pattern in _base_.test_patterns
]
auto_scale_lr = dict(enable=False, base_batch_size=_base_.batch_size)
# The first look has the first short side; the repair sees as much of a
# photograph at once as the second.
inference_scale = dict(short_side=128, crop_size=512)
