# DeepFillv1, as MMagic trained it on Places at 256 px
# (deepfillv1_8xb2_places-256x256.py). Its discriminators count on this size.
padding = dict(padding_mode='reflect')
elu = dict(type='ELU')
leaky_relu = dict(type='LeakyReLU', negative_slope=0.2)
neck = dict(type='GLDilationNeck', in_channels=128, act_cfg=elu, **padding)
discriminator = dict(
    type='MultiLayerDiscriminator',
    in_channels=3,
    fc_out_channels=1,
    num_convs=4,
    norm_cfg=None,
    act_cfg=elu,
    out_act_cfg=leaky_relu)

inpaintor = dict(
    type='DeepFillv1Inpaintor',
    data_preprocessor=dict(type='DataPreprocessor', mean=[127.5], std=[127.5]),
    encdec=dict(
        type='DeepFillEncoderDecoder',
        stage1=dict(
            type='GLEncoderDecoder',
            encoder=dict(type='DeepFillEncoder', **padding),
            decoder=dict(type='DeepFillDecoder', in_channels=128, **padding),
            dilation_neck=neck),
        stage2=dict(
            type='DeepFillRefiner',
            encoder_attention=dict(
                type='DeepFillEncoder',
                encoder_type='stage2_attention',
                **padding),
            encoder_conv=dict(
                type='DeepFillEncoder', encoder_type='stage2_conv', **padding),
            dilation_neck=neck,
            contextual_attention=dict(
                type='ContextualAttentionNeck', in_channels=128, **padding),
            decoder=dict(type='DeepFillDecoder', in_channels=256, **padding))),
    disc=dict(
        type='DeepFillv1Discriminators',
        global_disc_cfg=dict(
            max_channels=256, fc_in_channels=256 * 16 * 16, **discriminator),
        local_disc_cfg=dict(
            max_channels=512, fc_in_channels=512 * 8 * 8, **discriminator)),
    stage1_loss_type=('loss_l1_hole', 'loss_l1_valid'),
    stage2_loss_type=('loss_l1_hole', 'loss_l1_valid', 'loss_gan'),
    loss_gan=dict(type='GANLoss', gan_type='wgan', loss_weight=0.0001),
    loss_l1_hole=dict(type='L1Loss', loss_weight=1.),
    loss_l1_valid=dict(type='L1Loss', loss_weight=1.),
    loss_gp=dict(type='GradientPenaltyLoss', loss_weight=10.),
    loss_disc_shift=dict(type='DiscShiftLoss', loss_weight=0.001),
    train_cfg=dict(disc_step=5, start_iter=0, local_size=(128, 128)))
