# Damage of every kind, size and opacity on photographs of eight sources: what
# a detector and a repair of photographs from anywhere are trained on.
# Validated and tested at 256 px on photographs that are in no training: two
# sources are held out as a whole, wallpapers and faces, and of BSDS500 its
# val; with content of the last 100 photographs of imagenet_sample and the last
# tenth of each kind of film damage.
data_root = 'data'
# Edit first. left_out names families of damage, such as ('noise', ), that the
# training does not show; photographs are pasted in their place.
left_out = ()
crop_size = 192
test_size = 256
batch_size = 8
photographs = [
    'bsds500/train', 'bsds500/test', 'cid22', 'clothing', 'grocery',
    # Large ones, of which a crop shows but a part, come twice.
    'clic2025', 'clic2025', 'urban100', 'urban100', 'imagenet_sample'
]
num_train = 3049  # of these; the last 100 of imagenet_sample stay unseen
num_train_contents = 900  # photographs of imagenet_sample that are pasted
held_out = ['bsds500/val', 'faces', 'wallpapers']
bold_fonts = ('DejaVuSans-Bold', 'DejaVuSerif-Bold', 'DejaVuSansMono-Bold')
opacity_range = (0.25, 1.)  # of whatever may be translucent


def mixture(*weighted):
    """One of several pipelines for each picture: weight, pipeline, weight and
    so on. Weights add up to a power of two, for mmcv wants shares that add up
    to exactly 1."""
    weights, pipelines = weighted[::2], weighted[1::2]
    return [
        dict(
            type='RandomChoice',
            prob=[weight / sum(weights) for weight in weights],
            transforms=list(pipelines))
    ]


def at_scales(damage):
    """A crop shows a part of a photograph: all of it, or of one that is two or
    four times larger, and damage that is so much larger, too."""
    return mixture(2, damage(1), 1, damage(2), 1, damage(4))


def changes(key):
    """What photographs differ in: tone, colour, contrast, sharpness, noise,
    compression. Photographs and what is pasted into them are changed alike,
    each by chance, so nothing of it tells them apart."""
    return dict(
        type='Albumentations',
        keys=[key],
        transforms=[
            dict(
                type='OneOf',
                p=0.15,
                transforms=[
                    dict(type='ToGray', p=0.6),
                    dict(type='ToSepia', p=0.4),
                ]),
            dict(
                type='OneOf',
                p=0.6,
                transforms=[
                    dict(
                        type='RandomBrightnessContrast',
                        brightness_limit=0.25,
                        contrast_limit=0.4,
                        p=2),
                    dict(type='RandomGamma', gamma_limit=(60, 160), p=1),
                    dict(
                        type='HueSaturationValue',
                        hue_shift_limit=10,
                        sat_shift_limit=60,
                        val_shift_limit=10,
                        p=1),
                    dict(
                        type='RGBShift',
                        r_shift_limit=20,
                        g_shift_limit=20,
                        b_shift_limit=20,
                        p=1),
                    dict(  # faded
                        type='RandomBrightnessContrast',
                        brightness_limit=(0., 0.25),
                        contrast_limit=(-0.6, -0.3),
                        p=0.5),
                ]),
            dict(
                type='OneOf',
                p=0.25,
                transforms=[
                    dict(
                        type='Sharpen',
                        alpha=(0.05, 0.3),
                        lightness=(1., 1.),
                        p=1),
                    dict(
                        type='GaussianBlur',
                        blur_limit=(3, 7),
                        sigma_limit=(0.4, 1.3),
                        p=1),
                ]),
            dict(
                type='OneOf',
                p=0.2,
                transforms=[
                    dict(type='GaussNoise', var_limit=(4., 150.), p=1),
                    dict(
                        type='GaussNoise',
                        var_limit=(4., 150.),
                        per_channel=False,
                        p=1),
                ]),
            dict(
                type='ImageCompression',
                quality_lower=35,
                quality_upper=95,
                p=0.25)
        ])


def final_changes():
    """What happens to a damaged photograph, in a scanner or on its way."""
    return dict(
        type='ChangeDamaged',
        transforms=[
            dict(type='ToSepia', p=0.03),
            dict(type='ToGray', p=0.05),
            dict(type='Sharpen', alpha=(0.05, 0.2), lightness=(1., 1.), p=0.1),
            dict(type='GaussNoise', var_limit=(2., 60.), p=0.1),
            dict(
                type='ImageCompression',
                quality_lower=50,
                quality_upper=98,
                p=0.4)
        ])


def masks():
    """Thick and thin strokes, boxes, free forms."""

    def strokes(thickness, least):
        return dict(
            type='RandomStrokeMask',
            thickness=thickness,
            reference_size=256,
            ratio_range=(least, 0.6))

    return mixture(3, [strokes((12, 100), 0.01)], 1, [strokes(
        (4, 20), 0.005)], 2, [
            dict(
                type='RandomRectangleMask',
                side_range=(0.04, 0.6),
                ratio_range=(0.005, 0.6))
        ], 2, [dict(type='RandomBlobMask', ratio_range=(0.005, 0.6))])


def pasted(contents, changes=None, translucent=3):
    """Contents under a mask; translucent: in how many of eight pictures."""

    def corrupt(opacity_range):
        return [
            dict(
                type='CorruptImage',
                feather_radius=(0.3, 3.),
                opacity_range=opacity_range,
                contents=contents,
                content_transforms=changes)
        ]

    if not translucent:
        return masks() + corrupt((1., 1.))
    return masks() + mixture(8 - translucent, corrupt(
        (1., 1.)), translucent, corrupt(opacity_range))


def photo(folder='imagenet_sample', translucent=3, **files):
    """Other photographs, changed as every photograph is."""
    image = dict(
        type='ImageContent',
        folder=f'{data_root}/{folder}',
        short_side=(192, 400),
        **files)
    return pasted([image], [
        changes('content'),
        dict(type='CompressContent', quality_range=(40, 98))
    ], translucent)


def color(*contents, **arguments):
    """Plain colours and gradients."""
    contents = contents or ('ConstantColorContent', 'GradientContent')
    return pasted([dict(type=content) for content in contents], **arguments)


def noise(*contents, **arguments):
    """Fine and coarse noise of every kind."""
    contents = contents or ('UniformNoiseContent', 'GaussianNoiseContent',
                            'SaltAndPepperContent', 'ColoredNoiseContent',
                            'GrainContent')
    return color(*contents, **arguments)


def text(scale):
    """Marks once and all over, bold upright words and paragraphs,
    subtitles."""

    def letters(smallest, largest, **arguments):
        return [
            dict(
                type='TextWatermarkCorruption',
                size_range=(smallest * scale, largest * scale),
                most_width=scale,
                ratio_range=(0.002, 0.6),
                shadow_probability=0.25,
                **arguments)
        ]

    marks = letters(
        0.05,
        0.3,
        opacity_range=opacity_range,
        straight_probability=0.4,
        outline_probability=0.15)
    upright = letters(
        0.04,
        0.3,
        fonts=bold_fonts,
        num_lines=(1, 3),
        position='inside',
        opacity_range=opacity_range,
        rotation_range=(0., 0.),
        tile_probability=0.1,
        straight_probability=0.5,
        outline_probability=0.3)
    subtitles = letters(
        0.04,
        0.09,
        fonts=('DejaVuSans', 'DejaVuSans-Bold'),
        num_lines=(1, 2),
        opacity_range=(0.7, 1.),
        rotation_range=(0., 0.),
        tile_probability=0.,
        position='bottom',
        colors=((255, 255, 255), (255, 255, 255), (255, 230, 60)),
        outline_probability=0.8)
    return mixture(2, marks, 5, upright, 1, subtitles)


def badge(scale):
    """Badges in corners and elsewhere, logos once and all over."""

    def stamp(name, smallest, largest, **arguments):
        return [
            dict(
                type=name,
                size_range=(smallest * scale, largest * scale),
                opacity_range=opacity_range,
                ratio_range=(0.001, 0.6),
                **arguments)
        ]

    return mixture(
        4, stamp('BadgeCorruption', 0.07, 0.35), 2,
        stamp(
            'BadgeCorruption',
            0.07,
            0.35,
            position='inside',
            rotation_range=(-180., 180.)), 2,
        stamp('LogoWatermarkCorruption', 0.1, 0.7))


def date(scale):
    """Burnt-in dates."""
    return [
        dict(
            type='DateStampCorruption',
            size_range=(0.025 * scale, 0.07 * scale),
            ratio_range=(0.0005, 0.3))
    ]


def scratch(scale):
    """From a hair to 2 % of the short side, many or few."""

    def scratches(numbers, specks, thinnest, thickest):
        return [
            dict(
                type='ScratchCorruption',
                num_scratches=numbers,
                num_specks=specks,
                width_range=(thinnest * scale, thickest * scale),
                length_range=(0.2, 1.5),
                opacity_range=(0.3, 1.),
                bend_range=(0., 0.03),
                plain_probability=0.4,
                bundle_probability=0.15,
                color_probability=0.4,
                ratio_range=(0.001, 0.4))
        ]

    return mixture(2, scratches((3, 16), (0, 40), 0.002, 0.006), 1,
                   scratches((1, 5), (0, 4), 0.004, 0.012), 1,
                   scratches((1, 3), (0, 0), 0.01, 0.02))


def film(scale, part=(0., 0.9)):
    """Shapes of real dust, hair, dirt, scratches and stains."""
    return [
        dict(
            type='FilmDamageCorruption',
            folder=f'{data_root}/film_damage',
            part=part,
            opacity_range=(0.35, 1.),
            size_range=(0.15 * scale, 1.2 * scale))
    ]


def paint(scale):
    """Spray cans, pens, folds and stains."""
    return mixture(1, [
        dict(
            type='GraffitiCorruption',
            opacity_range=(0.4, 1.),
            width_range=(0.01 * scale, 0.05 * scale),
            ratio_range=(0.01, 0.6))
    ], 1, [
        dict(
            type='ScribbleCorruption',
            opacity_range=(0.4, 1.),
            width_range=(0.005 * scale, 0.02 * scale),
            ratio_range=(0.003, 0.4))
    ], 1, [
        dict(
            type='CreaseCorruption',
            width_range=(0.003 * scale, 0.014 * scale),
            relief_range=(0.01 * scale, 0.03 * scale),
            ratio_range=(0.003, 0.5))
    ], 1, [dict(type='StainCorruption', ratio_range=(0.01, 0.6))])


def intact():
    """Photographs as they are, and printed pages."""
    return mixture(
        3, [dict(type='NoCorruption')], 1,
        [dict(type='DrawDocument'),
         changes('gt'),
         dict(type='NoCorruption')])


def damage_train():
    """Each family with its share in 64ths."""
    train_photo = photo(stop=num_train_contents)
    families = dict(
        photo=(5, train_photo),
        color=(1, color()),
        noise=(2, noise()),
        text=(7, at_scales(text)),
        badge=(5, at_scales(badge)),
        date=(5, at_scales(date)),
        scratch=(9, at_scales(scratch)),
        film=(12, at_scales(film)),
        paint=(2, at_scales(paint)),
        intact=(16, intact()))
    return mixture(*[
        part for name, (share, damage) in families.items()
        for part in (share, train_photo if name in left_out else damage)
    ])


def damage_test():
    """Every kind of the tests alone, at most as large as photographs show
    it."""
    opaque = dict(translucent=0)
    return dict(
        photo=photo(start=num_train_contents, **opaque),
        color=color('ConstantColorContent', **opaque),
        noise=noise('UniformNoiseContent', 'GaussianNoiseContent',
                    'SaltAndPepperContent', **opaque),
        text=text(1),
        badge=badge(1),
        date=date(1),
        scratch=scratch(1),
        film=film(1, (0.9, 1.)),
        clean=[dict(type='NoCorruption')])


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
                type='LoadRandomCrop',
                crop_size=crop_size,
                short_side_range=(crop_size, 4 * crop_size)),
            dict(type='Flip', keys=['gt'], flip_ratio=0.5),
            changes('gt'), *damage_train(),
            final_changes(), pack
        ]))


def validation(damage):
    """All held-out photographs with this damage."""
    return dict(
        batch_size=20,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='CleanImageDataset',
            data_root=data_root,
            data_prefix=dict(gt=held_out),
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


val_dataloader = validation(
    mixture(*[
        part for kind, damage in damage_test().items() if kind != 'clean'
        for part in (1, damage)
    ]))
# Damage of the test data, in the order of test_dataloader.
test_patterns = tuple(damage_test())
test_dataloader = [validation(damage) for damage in damage_test().values()]
