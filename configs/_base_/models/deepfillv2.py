# DeepFillv2, as MMagic trained it on Places at 256 px
# (deepfillv2_8xb2_places-256x256.py).
gated = dict(conv_type='gated_conv', padding_mode='reflect')
narrow = dict(channel_factor=0.75, **gated)
elu = dict(type='ELU')
tanh = dict(type='Tanh')
leaky_relu = dict(type='LeakyReLU', negative_slope=0.2)
neck = dict(type='GLDilationNeck', in_channels=96, act_cfg=elu, **gated)

inpaintor = dict(
    type='TwoStageInpaintor',
    disc_input_with_mask=True,
    data_preprocessor=dict(type='DataPreprocessor', mean=[127.5], std=[127.5]),
    encdec=dict(
        type='DeepFillEncoderDecoder',
        stage1=dict(
            type='GLEncoderDecoder',
            encoder=dict(type='DeepFillEncoder', **narrow),
            decoder=dict(
                type='DeepFillDecoder',
                in_channels=96,
                out_act_cfg=tanh,
                **narrow),
            dilation_neck=neck),
        stage2=dict(
            type='DeepFillRefiner',
            encoder_attention=dict(
                type='DeepFillEncoder',
                encoder_type='stage2_attention',
                **narrow),
            encoder_conv=dict(
                type='DeepFillEncoder', encoder_type='stage2_conv', **narrow),
            dilation_neck=neck,
            contextual_attention=dict(
                type='ContextualAttentionNeck', in_channels=96, **gated),
            # Not narrow: as it was trained.
            decoder=dict(
                type='DeepFillDecoder',
                in_channels=192,
                out_act_cfg=tanh,
                **gated))),
    disc=dict(
        type='MultiLayerDiscriminator',
        in_channels=4,
        max_channels=256,
        fc_in_channels=None,
        num_convs=6,
        norm_cfg=None,
        act_cfg=leaky_relu,
        out_act_cfg=leaky_relu,
        with_spectral_norm=True),
    stage1_loss_type=('loss_l1_hole', 'loss_l1_valid'),
    stage2_loss_type=('loss_l1_hole', 'loss_l1_valid', 'loss_gan'),
    loss_gan=dict(type='GANLoss', gan_type='hinge', loss_weight=0.1),
    loss_l1_hole=dict(type='L1Loss', loss_weight=1.),
    loss_l1_valid=dict(type='L1Loss', loss_weight=1.),
    train_cfg=dict(disc_step=1, start_iter=0))
