# A lean repair that sees the damage, for everything that is not too large.
repair = dict(
    type='MaskRepairer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    network=dict(type='RepairUNet', channels=(32, 64, 128)),
    # The decibels that are measured: an error of thin or translucent damage,
    # which is easily small, counts as much as one of a large opaque patch.
    loss_pixel=dict(type='PSNRLoss'),
    loss_detail=dict(type='PSNRLoss', loss_weight=0.5))
