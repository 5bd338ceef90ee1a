# SIRF (CVPR 2018) as its authors' code has it. It is told how the VGG sees the
# picture: put torchvision's vgg19-dcbb9e9d.pth into torch's download cache,
# name it as both checkpoints, or set hypercolumns=False.
model = dict(
    type='DirectRestorer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    network=dict(
        type='SIRFNetwork', channels=64, checkpoint=None, hypercolumns=True),
    loss_restoration=dict(
        type='SIRFLoss', feature_weight=0.2, checkpoint=None),
    # Of the damaged picture and a restored one.
    discriminator=dict(
        type='PatchDiscriminator',
        in_channels=6,
        base_channels=64,
        num_conv=3,
        norm_cfg=dict(type='BN')),
    loss_adversarial=dict(
        type='PatchGANLoss', gan_type='vanilla', loss_weight=0.01),
    blend=False)
