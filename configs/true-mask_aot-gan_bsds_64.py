"""AOT-GAN that is told the true mask, on 64 px crops of BSDS500.

For experiments on a CPU: 9 minutes of one busy core, docs/experiments.md.
What an inpainting model reaches when nothing has to be found; afterwards it
repairs the masks of any detector. Layout: as in hcl_detector_bsds_64.py.
"""
_base_ = [
    '_base_/models/aot-gan_narrow.py', '_base_/datasets/bsds_64.py',
    '_base_/schedules/cpu_1500_cosine.py', '_base_/blind_runtime.py'
]

model = dict(
    type='BlindInpaintor',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    detector=dict(type='GivenMaskDetector'),
    inpaintor=_base_.inpaintor)

test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=prefix),
            dict(type='RestorationQuality', prefix=prefix)
        ]) for prefix in _base_.test_patterns
]
train_cfg = dict(val_interval=500)
default_hooks = dict(checkpoint=dict(interval=500, max_keep_ckpts=1))
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules='inpaintor.generator',
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
