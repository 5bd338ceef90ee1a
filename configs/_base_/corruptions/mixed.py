# Damage of every pattern, by weight: `corruption_train` and `corruption_val`
# stand in a pipeline where other recipes have a mask and CorruptImage.
# Pictures and parameters of the patterns: docs/corruptions.md.
other_images_root = 'data/imagenet'  # train/ and val/, to be pasted
mixture_size = 256  # short side of the photographs


def mixture(split):
    mask = dict(
        type='RandomStrokeMask',
        thickness=(24, 60),
        reference_size=256,
        ratio_range=(0.05, 0.6))
    other_image = dict(
        type='CorruptImage',
        contents=[
            dict(
                type='ImageContent',
                folder=f'{other_images_root}/{split}',
                short_side=mixture_size)
        ],
        content_transforms=[
            dict(type='ShiftContentColor'),
            dict(type='CompressContent')
        ])
    color_or_noise = dict(
        type='CorruptImage',
        contents=[
            dict(type='ConstantColorContent'),
            dict(type='UniformNoiseContent'),
            dict(type='GaussianNoiseContent'),
            dict(type='SaltAndPepperContent')
        ],
        weights=[3, 1, 2, 2])
    # In 32nds: mmcv wants shares whose sum is exactly 1.
    weighted = [
        (8, [mask, other_image]),
        (4, [mask, color_or_noise]),
        (4, [dict(type='GraffitiCorruption')]),
        (3, [dict(type='ScribbleCorruption')]),
        (3, [dict(type='TextWatermarkCorruption')]),
        (2, [dict(type='LogoWatermarkCorruption')]),
        (2, [dict(type='ShadowCorruption')]),
        (2, [dict(type='RaindropCorruption')]),
        (2, [dict(type='ScratchCorruption')]),
        (1, [dict(type='StainCorruption')]),
        (1, [dict(type='CreaseCorruption')]),
    ]
    return dict(
        type='RandomChoice',
        prob=[weight / 32 for weight, _ in weighted],
        transforms=[transforms for _, transforms in weighted])


corruption_train = mixture('train')
corruption_val = mixture('val')
