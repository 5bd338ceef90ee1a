# A lean repair that sees the damage, for everything that is not too large.
repair = dict(
    type='MaskRepairer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    network=dict(type='RepairUNet', channels=(32, 64, 128)),
    loss_pixel=dict(type='L1Loss', sample_wise=True))
