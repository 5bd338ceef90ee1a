"""The detector alone on 64 px crops of BSDS500: for experiments on a CPU.

Small enough to compare ideas within minutes on one core. Tested with the
pattern of the training and with four that it has not seen.
Layout: data/bsds500/{train,test,val}, data/imagenet_sample (1,000 files),
data/faces (any faces); edit _base_/datasets/bsds_64.py if it is another.
"""
_base_ = [
    '_base_/models/hcl_narrow.py', '_base_/datasets/bsds_64.py',
    '_base_/schedules/cpu_1800.py', '_base_/default_runtime.py'
]

model = dict(
    detector=dict(split=dict(num_iterations=5)),
    decoder=None,
    refiner=None,
    discriminator=None,
    loss_coarse=None,
    loss_refined=None,
    loss_perceptual=None,
    loss_adversarial=None)

val_evaluator = dict(
    _delete_=True, type='Evaluator', metrics=[dict(type='MaskDetection')])
test_evaluator = [
    dict(
        type='Evaluator', metrics=[dict(type='MaskDetection', prefix=prefix)])
    for prefix in _base_.test_patterns
]
default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
