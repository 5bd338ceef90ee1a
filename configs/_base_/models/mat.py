# MAT for 512 px with the losses of its paper (CVPR 2022, section 3.5) and the
# weights of the authors' code.
inpaintor = dict(
    type='MATInpaintor',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    generator=dict(
        type='MATGenerator',
        channels=180,
        noise_channels=512,
        num_downs=3,
        depths=(2, 3, 4, 3, 2),
        num_heads=6,
        window_sizes=(8, 16, 16),
        widths=(64, 128, 256, 512, 512, 512)),
    discriminator=dict(
        type='MATDiscriminator', size=512, base_channels=64, max_channels=512),
    loss_perceptual=dict(
        type='OfflinePerceptualLoss',
        vgg_type='vgg19',
        layer_weights={  # conv4_4 and conv5_4, before their ReLUs
            '25': 0.25,
            '34': 0.5
        },
        perceptual_weight=0.1,
        style_weight=0,
        checkpoint=None),
    penalty_weight=10.,
    penalty_interval=16,
    composite=True)
