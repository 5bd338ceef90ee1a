# The blind S2AM (TIP 2020) as its authors' code has it.
model = dict(
    type='DirectRestorer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    network=dict(type='BlindS2AMNetwork', base_channels=64, num_levels=8),
    loss_restoration=dict(
        type='AttendedImageLoss', image_weight=100., mask_weight=90.),
    # Of the damaged picture and a restored one.
    discriminator=dict(
        type='PatchDiscriminator',
        in_channels=6,
        base_channels=64,
        num_conv=3,
        norm_cfg=dict(type='IN')),
    loss_adversarial=dict(
        type='PatchGANLoss', gan_type='lsgan', loss_weight=1.),
    blend=False)
