"""``hcl_small`` on the tests of its first version, by which versions are
compared: the 100 photographs of BSDS500's val at 256 px, with content of the
last 100 photographs of imagenet_sample and of faces."""
_base_ = ['hcl_small.py']

data_root = 'data'
num_train_contents = 900  # photographs of imagenet_sample that are not pasted
test_size = 256


def blended(strokes, contents, feather_radius):
    """Content of another origin under strokes and rectangles."""
    return [
        strokes,
        dict(
            type='CorruptImage',
            feather_radius=feather_radius,
            contents=[contents],
            content_transforms=[
                dict(type='ShiftContentColor'),
                dict(type='CompressContent')
            ])
    ]


def strokes(thickness):
    """Strokes, and a rectangle for every fourth picture."""
    ratio_range = (0.02, 0.6)
    return dict(
        type='RandomChoice',
        prob=[3 / 4, 1 / 4],
        transforms=[[
            dict(
                type='RandomStrokeMask',
                thickness=thickness,
                reference_size=256,
                ratio_range=ratio_range)
        ], [dict(type='RandomRectangleMask', ratio_range=ratio_range)]])


def images(folder='imagenet_sample', **files):
    """Content of a range of the photographs of a folder."""
    return dict(
        type='ImageContent',
        folder=f'{data_root}/{folder}',
        short_side=test_size,
        **files)


def mixture(shares, patterns):
    """One of the patterns for each picture; shares in 32nds, for mmcv wants
    them to add up to exactly 1."""
    return dict(
        type='RandomChoice',
        prob=[share / 32 for share in shares],
        transforms=patterns)


color = dict(type='ConstantColorContent')
opacity_range = (0.3, 1.0)
test_strokes = strokes((12, 50))
# Every pattern of the tests alone.
test_damage = dict(
    images=blended(test_strokes, images(start=num_train_contents), 1.5),
    faces=blended(test_strokes, images('faces'), 1.5),
    constant_color=blended(test_strokes, color, 1.5),
    graffiti=[dict(type='GraffitiCorruption')],
    text=[dict(type='TextWatermarkCorruption', opacity_range=opacity_range)],
    logos=[dict(type='LogoWatermarkCorruption', opacity_range=opacity_range)],
    scratches=[dict(type='ScratchCorruption')],
    noise=[
        test_strokes,
        dict(
            type='CorruptImage',
            feather_radius=1.5,
            contents=[
                dict(type='UniformNoiseContent'),
                dict(type='GaussianNoiseContent'),
                dict(type='SaltAndPepperContent')
            ])
    ],
    clean=[dict(type='NoCorruption')])
seen = ('images', 'constant_color', 'graffiti', 'text', 'logos', 'scratches')
damage_seen = mixture((12, 4, 4, 4, 4, 4),
                      [test_damage[pattern] for pattern in seen])
pack = dict(type='PackInputs', keys=['img'], meta_keys=['corruption'])


def validation(*damage):
    """The 100 photographs of BSDS500's val with this damage."""
    return dict(
        batch_size=20,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='CleanImageDataset',
            data_root=data_root,
            data_prefix=dict(gt='bsds500/val'),
            test_mode=True,
            repeats=1,
            pipeline=[
                dict(type='LoadResizedPhotograph', short_side=test_size),
                dict(
                    type='Crop',
                    keys=['gt'],
                    crop_size=(test_size, test_size),
                    random_crop=False), *damage, pack
            ]))


test_patterns = ('seen', *test_damage)
test_dataloader = [
    validation(damage_seen),
    *[validation(*damage) for damage in test_damage.values()]
]
metrics = [
    dict(type='MaskDetection', ratio_bins=[(5, 60)]),
    dict(type='RestorationQuality', ratio_bins=[(0, 40)])
]
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[dict(prefix=pattern, **metric) for metric in metrics])
    for pattern in test_patterns
]
