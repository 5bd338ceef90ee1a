"""HCL as ``hcl_small`` is built on watermarks of our own, 64 px, for a CPU.

Detector and repair are trained together here, not one after the other as
hcl_small.py is. As there, the detector's backbone starts from its weights for
ImageNet, which the others do not have. Trains for a given time of one core:
docs/rivals.md.
"""
_base_ = [
    '_base_/models/multi_scale_detector.py', '_base_/models/repair.py',
    '_base_/datasets/watermarks_64.py', '_base_/schedules/processor_time.py',
    '_base_/watermarks_64_runtime.py'
]

_base_.detector.contrast = None  # takes half of the time
# Two looks, at half and at the whole of 64 px.
_base_.detector.first_side = 32
_base_.detector.num_train_looks = 2
_base_.detector.train_crop = 64
model = dict(
    type='BlindInpaintor',
    data_preprocessor=_base_.detector.data_preprocessor,
    detector=_base_.detector,
    inpaintor=_base_.repair,
    train_detector=True)
optim_wrapper = dict(
    _delete_=True,
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules='inpaintor.network',
        optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.01, fused=True)),
    detector=dict(
        type='OptimWrapper',
        modules='detector',
        optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.01, fused=True)))
