# 64 px crops of BSDS500: for experiments on a CPU. Trained and validated with
# content of ImageNet photographs under strokes that cover 45 % of a crop on
# average; tested with that and with patterns that no training has shown.
crop_size = 64
short_side = 80
batch_size = 8
data_root = 'data/bsds500'  # train, test, val
content_root = 'data/imagenet_sample'  # 1,000 photographs, one per class
num_val_contents = 100  # the first files; the others are for training
faces_root = 'data/faces'  # photographs of faces

load_crop = [
    dict(type='LoadImageFromFile', key='gt', channel_order='rgb'),
    dict(
        type='Resize',
        keys=['gt'],
        scale=(-1, short_side),
        keep_ratio=True,
        interpolation='bilinear',
        backend='pillow'),
    dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size))
]
strokes = dict(
    type='RandomStrokeMask',
    num_strokes=(1, 3),
    num_vertices=(3, 6),
    thickness=(6, 15))
pack = dict(type='PackInputs', keys=['img'])


def pasted(**content):
    """Load, crop, and damage by this content under strokes."""
    corrupt = dict(type='CorruptImage', feather_radius=1., contents=[content])
    return [*load_crop, strokes, corrupt, pack]


def images(folder, **files):
    """Content of a range of image files."""
    return dict(
        type='ImageContent', folder=folder, short_side=short_side, **files)


def validation(pipeline):
    """Four kinds of damage for each of the 100 photographs."""
    return dict(
        batch_size=25,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='CleanImageDataset',
            data_root=data_root,
            data_prefix=dict(gt='val'),
            test_mode=True,
            repeats=4,
            pipeline=pipeline))


train_dataloader = dict(
    batch_size=batch_size,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt=['train', 'test']),
        pipeline=pasted(**images(content_root, start=num_val_contents))))
val_dataloader = validation(
    pasted(**images(content_root, stop=num_val_contents)))
# Damage of the test data, in the order of test_dataloader.
test_patterns = ('seen', 'constant_color', 'faces', 'graffiti', 'text')
test_dataloader = [
    val_dataloader,
    validation(pasted(type='ConstantColorContent')),
    validation(pasted(**images(faces_root))),
    validation([*load_crop, dict(type='GraffitiCorruption'), pack]),
    validation([*load_crop,
                dict(type='TextWatermarkCorruption'), pack])
]
