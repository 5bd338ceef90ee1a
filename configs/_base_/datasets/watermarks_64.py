# Watermarks of our own, text and logos of several opacities, on 64 px crops of
# BSDS500: for experiments on a CPU.
_base_ = 'bsds_64.py'

short_side = 96
opacity_range = (0.3, 0.9)

load_crop = [
    *_base_.load_crop[:1],
    dict(
        type='Resize',
        keys=['gt'],
        scale=(-1, short_side),
        keep_ratio=True,
        interpolation='bilinear',
        backend='pillow'), *_base_.load_crop[2:]
]
text_mark = dict(type='TextWatermarkCorruption', opacity_range=opacity_range)
logo_mark = dict(type='LogoWatermarkCorruption', opacity_range=opacity_range)
either = dict(
    type='RandomChoice',
    prob=[0.5, 0.5],
    transforms=[[text_mark], [logo_mark]])


def marked(watermark):
    """Load, crop, and mark."""
    return [*load_crop, watermark, _base_.pack]


def validation(watermark):
    """Two marks for each of the 100 photographs."""
    return dict(
        batch_size=25,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='CleanImageDataset',
            data_root=_base_.data_root,
            data_prefix=dict(gt='val'),
            test_mode=True,
            repeats=2,
            pipeline=marked(watermark)))


# Loaded in the process that trains, whose time is measured.
train_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(pipeline=marked(either)))
val_dataloader = validation(either)
test_patterns = ('text', 'logos')
test_dataloader = [validation(text_mark), validation(logo_mark)]
