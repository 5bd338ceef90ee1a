# HCL (ICCV 2023, section 3) as its authors' code has it, at base width 64, for
# 256 px pictures. Where paper, code and this package differ:
# docs/paper_and_reference.md.
base_channels = 64
channel_mults = (1, 2, 4)
projection_channels = 64
window_size = 8

model = dict(
    type='HCLRestorer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    encoder=dict(
        type='HCLEncoder',
        base_channels=base_channels,
        channel_mults=channel_mults,
        depths=(6, 4, 2),
        num_conv_stages=0,
        window_size=window_size),
    detector=dict(
        type='ContrastiveDetectorHead',
        stage_channels=[base_channels * mult for mult in channel_mults],
        projection_channels=projection_channels,
        fuse_stages=True,
        sure_fractions=(1.0, 0.95, 0.95),
        num_iterations=3,
        num_restarts=1,
        temperature=0.1,
        finer_centres='clustered',
        orientation=dict(
            type='CentreClassifier',
            projection_channels=projection_channels,
            loss_weight=1.0),
        loss_contrast=dict(
            type='HierarchicalContrastiveLoss',
            num_anchors=512,
            num_references=512,
            hard_mining=True,
            temperature=0.1,
            loss_weight=0.1)),
    decoder=dict(
        type='MaskGuidedDecoder',
        base_channels=base_channels,
        channel_mults=channel_mults,
        depths=(2, 2, 2),
        bottleneck_depth=2,
        num_conv_stages=0,
        window_size=window_size),
    refiner=dict(
        type='ConvUNetRefiner',
        base_channels=64,
        channel_mults=(1, 2, 4, 8, 8)),
    discriminator=dict(type='SNPatchDiscriminator', base_channels=64),
    loss_coarse=dict(type='L1Loss', loss_weight=1.0, reduction='mean'),
    loss_refined=dict(type='L1Loss', loss_weight=1.0, reduction='mean'),
    loss_perceptual=dict(
        type='VGGPerceptualLoss',
        coarse_layers=('relu2_2', 'relu3_2'),
        coarse_weight=0.01,
        refined_layers=('relu4_2', 'relu5_2'),
        refined_weight=0.01,
        checkpoint=None),
    loss_adversarial=dict(
        type='WGANGPLoss', gradient_penalty_weight=10.0, loss_weight=1.0),
    mask_source='true',
    composite=True,
    reverse_mask=False)
