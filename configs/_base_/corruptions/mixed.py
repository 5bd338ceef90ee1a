# Damage of every pattern, by weight: `corruption_train` and `corruption_val`
# stand in a pipeline where other recipes have a mask and CorruptImage.
# Pictures and parameters of the patterns: docs/corruptions.md.
other_images_root = 'data/imagenet'  # train/ and val/, to be pasted
mixture_size = 256  # short side of the photographs

pasted_mask = dict(
    type='RandomStrokeMask',
    thickness=(24, 60),
    reference_size=256,
    ratio_range=(0.05, 0.6))
pasted_changes = [dict(type='ShiftContentColor'), dict(type='CompressContent')]
color_or_noise = dict(
    type='CorruptImage',
    contents=[
        dict(type='ConstantColorContent'),
        dict(type='UniformNoiseContent'),
        dict(type='GaussianNoiseContent'),
        dict(type='SaltAndPepperContent')
    ],
    weights=[3, 1, 2, 2])

# Shares in 32nds, for mmcv wants them to add up to exactly 1.
pasted_share = 8 / 32
drawn_shares = [share / 32 for share in (4, 4, 3, 3, 2, 2, 2, 2, 1, 1)]
drawn_patterns = [
    [pasted_mask, color_or_noise],
    [dict(type='GraffitiCorruption')],
    [dict(type='ScribbleCorruption')],
    [dict(type='TextWatermarkCorruption')],
    [dict(type='LogoWatermarkCorruption')],
    [dict(type='ShadowCorruption')],
    [dict(type='RaindropCorruption')],
    [dict(type='ScratchCorruption')],
    [dict(type='StainCorruption')],
    [dict(type='CreaseCorruption')],
]


def mixture(split):
    """Other images of this split and everything that is drawn."""
    pasted = dict(
        type='CorruptImage',
        contents=[
            dict(
                type='ImageContent',
                folder=f'{other_images_root}/{split}',
                short_side=mixture_size)
        ],
        content_transforms=pasted_changes)
    return dict(
        type='RandomChoice',
        prob=[pasted_share, *drawn_shares],
        transforms=[[pasted_mask, pasted], *drawn_patterns])


corruption_train = mixture('train')
corruption_val = mixture('val')
