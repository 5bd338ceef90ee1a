# VCNet's mask prediction network alone (VCNet, ECCV 2020, section 3.2).
model = dict(
    type='VCNetMaskDetector',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    mask_network=dict(type='VCNetMaskNetwork', base_channels=64),
    loss_mask=dict(type='SelfAdaptiveBCELoss', loss_weight=1.0))
