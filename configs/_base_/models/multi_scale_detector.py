# A detector that looks at photographs of any size at one scale after the
# other.
stage_channels = [24, 40, 80, 128, 192]
detector = dict(
    type='MultiScaleDetector',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    encoder=dict(type='PyramidEncoder', channels=stage_channels),
    classifier=dict(
        type='PixelClassifierHead',
        stage_channels=stage_channels,
        hidden_channels=32,
        overlap_weight=0.1),
    # The map at the picture's own size counts most: thin damage is lost in the
    # coarse ones.
    pixel_weight=4.0,
    overlap_weight=0.4,
    contrast=dict(
        type='ContrastiveDetectorHead',
        stage_channels=stage_channels,
        projection_channels=32,
        split=dict(
            type='TwoMeansSplit',
            sure_fractions=(1.0, 0.95, 0.95, 0.95, 0.95),
            finer_centres='inherited'),
        losses=dict(
            contrast=dict(
                type='HierarchicalContrastiveLoss',
                num_anchors=256,
                num_references=256,
                loss_weight=0.1))))
