# HCL for everyday damage, small enough to come with the package: a pretrained
# encoder at half the picture's size, four stages, and a classifier of pixels
# beside the clusters.
base_channels = 24
channel_mults = (1, 2, 4, 8)
stage_channels = [base_channels * mult for mult in channel_mults]

model = dict(
    type='HCLRestorer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    encoder=dict(type='PretrainedEncoder', channels=stage_channels),
    detector=dict(
        type='ContrastiveDetectorHead',
        stage_channels=stage_channels,
        projection_channels=32,
        smooth=True,
        split=dict(
            type='ClassifiedSplit',
            sure_fractions=(1.0, 0.95, 0.95, 0.95),
            finer_centres='inherited',
            classifier=dict(
                type='PixelClassifierHead',
                stage_channels=stage_channels,
                hidden_channels=32,
                overlap_weight=1.0),
            classifier_share=0.25),
        losses=dict(
            contrast=dict(
                type='HierarchicalContrastiveLoss',
                num_anchors=256,
                num_references=256,
                loss_weight=0.1))),
    decoder=dict(
        type='MaskGuidedDecoder',
        base_channels=base_channels,
        channel_mults=channel_mults,
        depths=(1, 1, 1, 1),
        bottleneck_depth=1,
        num_conv_stages=1,
        window_size=4),
    refiner=dict(
        type='ConvUNetRefiner', base_channels=12, channel_mults=(1, 2, 4, 8)),
    loss_coarse=dict(type='L1Loss', loss_weight=1.0, reduction='mean'),
    loss_refined=dict(type='L1Loss', loss_weight=1.0, reduction='mean'),
    mask_source='predicted',
    residual=True,
    flip_test=True)
