"""The detector alone on 64 px crops of BSDS500: for experiments on a CPU.

Small enough to compare ideas within minutes on one core. Damage is content of
ImageNet photographs under random strokes that cover 45 % of a crop on average.
Layout: data/bsds500/{train,test,val}, data/imagenet_sample (1,000 files).
"""
_base_ = ['_base_/models/hcl_narrow.py', '_base_/default_runtime.py']

# Edit first.
data_root = 'data/bsds500'
content_root = 'data/imagenet_sample'
max_iters = 1800

crop_size = 64
short_side = 80
num_val_contents = 100  # the first files; the others are for training

model = dict(
    detector=dict(num_iterations=5),
    decoder=None,
    refiner=None,
    discriminator=None,
    loss_coarse=None,
    loss_refined=None,
    loss_perceptual=None,
    loss_adversarial=None)

load_crop = [
    dict(type='LoadImageFromFile', key='gt', channel_order='rgb'),
    dict(
        type='Resize',
        keys=['gt'],
        scale=(-1, short_side),
        keep_ratio=True,
        interpolation='bilinear',
        backend='pillow'),
    dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size)),
    dict(
        type='RandomStrokeMask',
        num_strokes=(1, 3),
        num_vertices=(3, 6),
        thickness=(6, 15))
]
pack = dict(type='PackInputs', keys=['img'])


def corruption(**files):
    """Damage by a range of the content files."""
    content = dict(
        type='ImageContent',
        folder=content_root,
        short_side=short_side,
        **files)
    return dict(type='CorruptImage', feather_radius=1., contents=[content])


train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt=['train', 'test']),
        pipeline=[*load_crop,
                  corruption(start=num_val_contents), pack]))
val_dataloader = dict(
    batch_size=25,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt='val'),
        test_mode=True,
        repeats=4,
        pipeline=[*load_crop,
                  corruption(stop=num_val_contents), pack]))
test_dataloader = val_dataloader

val_evaluator = dict(
    _delete_=True, type='Evaluator', metrics=[dict(type='MaskDetection')])
test_evaluator = val_evaluator
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=max_iters, val_interval=300)
# At a constant rate the weights of a single iteration are a gamble: the
# average of the last few hundred orients the clusters far more reliably.
custom_hooks = [
    dict(
        type='EMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.005,
        begin_iter=100)
]
default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector'],
        optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True)))
auto_scale_lr = dict(enable=False, base_batch_size=8)
