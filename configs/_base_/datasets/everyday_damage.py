# Everyday damage of photographs at many scales, ratios and opacities. Trained
# on train and test of BSDS500 and on 900 photographs of ImageNet; validated
# and tested on BSDS500's val at 256 px, with content of the other 100 and of
# faces. Noise is never trained on: it stands for damage nobody has shown.
data_root = 'data'
photographs = ['bsds500/train', 'bsds500/test', 'imagenet_sample']
num_train = 1300  # of the photographs; the last 100 of ImageNet stay unseen
num_train_contents = 900  # photographs of imagenet_sample that are pasted
test_size = 256
batch_size = 16
# Crops of the training: iteration at which each size begins, its side, and the
# short sides of the photographs it is cut from. Small ones first: they are
# cheap. The restoration of configs/hcl_small.py begins with the last line.
crops = [
    (0, 96, (128, 160, 208, 256)),
    (2000, 128, (160, 208, 256, 320)),
    (6500, 64, (96, 128, 160, 208)),
]


def load_crop(crop_size, sides):
    """A square of a photograph at one of several scales."""
    return [
        dict(
            type='RandomChoice',
            prob=[1 / len(sides)] * len(sides),
            transforms=[[dict(type='LoadResizedPhotograph', short_side=side)]
                        for side in sides]),
        dict(type='Crop', keys=['gt'], crop_size=(crop_size, crop_size))
    ]


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
train_strokes = strokes((12, 100))
train_images = images(stop=num_train_contents)
damage_train = mixture((3, 4, 2, 2, 4, 6, 4, 5, 2), [
    blended(train_strokes, train_images, 0.5),
    blended(train_strokes, train_images, 1.5),
    blended(train_strokes, train_images, 3.0),
    [
        train_strokes,
        dict(type='CorruptImage', feather_radius=1.0, contents=[color])
    ],
    [dict(type='GraffitiCorruption', width_range=(0.02, 0.12))],
    [
        dict(
            type='TextWatermarkCorruption',
            opacity_range=opacity_range,
            size_range=(0.1, 0.45))
    ],
    [
        dict(
            type='LogoWatermarkCorruption',
            opacity_range=opacity_range,
            size_range=(0.2, 0.9))
    ],
    [dict(type='ScratchCorruption', width_range=(0.003, 0.014))],
    [dict(type='NoCorruption')],
])
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

train_dataloader = dict(
    batch_size=batch_size,
    num_workers=1,
    persistent_workers=True,
    prefetch_factor=4,
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='CleanImageDataset',
        data_root=data_root,
        data_prefix=dict(gt=photographs),
        indices=num_train,
        pipeline=[
            dict(
                type='ProgressiveChoice',
                first_draws=[first * batch_size for first, _, _ in crops],
                transforms=[load_crop(*crop[1:]) for crop in crops]),
            dict(type='Flip', keys=['gt'], flip_ratio=0.5), damage_train, pack
        ]))


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


val_dataloader = validation(damage_seen)
# Damage of the test data, in the order of test_dataloader.
test_patterns = ('seen', *test_damage)
test_dataloader = [
    val_dataloader, *[validation(*damage) for damage in test_damage.values()]
]
