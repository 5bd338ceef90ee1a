# Damage that the models trained on Places have not seen (HCL, Tables 4 and 5,
# Figures 1 and 7). The first three are pasted under the masks of the tests;
# graffiti have masks of their own.
celebahq_root = 'data/celebahq'


def pasted(**content):
    """This content under a mask, with the edge of the training."""
    return dict(type='CorruptImage', feather_radius=3., contents=[content])


constant_color = pasted(type='ConstantColorContent')
celebahq = pasted(
    type='ImageContent', folder=f'{celebahq_root}/val', short_side=256)
random_noise = pasted(type='UniformNoiseContent')
graffiti = dict(type='GraffitiCorruption')
