# Global&Local, as MMagic trained it on Places at 256 px
# (gl_8xb12_places-256x256.py). Its discriminators count on this size.
norm = dict(type='SyncBN')
discriminator = dict(
    in_channels=3,
    max_channels=512,
    fc_in_channels=512 * 4 * 4,
    fc_out_channels=1024,
    norm_cfg=norm)

inpaintor = dict(
    type='GLInpaintor',
    data_preprocessor=dict(type='DataPreprocessor', mean=[127.5], std=[127.5]),
    encdec=dict(
        type='GLEncoderDecoder',
        encoder=dict(type='GLEncoder', norm_cfg=norm),
        decoder=dict(type='GLDecoder', norm_cfg=norm),
        dilation_neck=dict(type='GLDilationNeck', norm_cfg=norm)),
    disc=dict(
        type='GLDiscs',
        global_disc_cfg=dict(num_convs=6, **discriminator),
        local_disc_cfg=dict(num_convs=5, **discriminator)),
    loss_gan=dict(type='GANLoss', gan_type='vanilla', loss_weight=0.001),
    loss_l1_hole=dict(type='L1Loss', loss_weight=1.),
    # Iterations of the pretraining count: the adversary takes part from the
    # beginning.
    train_cfg=dict(
        disc_step=1,
        iter_tc=90000,
        iter_td=100000,
        start_iter=350000,
        local_size=(128, 128)))
