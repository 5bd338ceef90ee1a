# BVMR (CVPR 2019) as its authors' code has it.
model = dict(
    type='DirectRestorer',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    network=dict(
        type='BVMRNetwork',
        widths=(32, 64, 128, 256, 512),
        num_blocks=3,
        num_shared=2),
    loss_restoration=dict(
        type='WatermarkLayersLoss',
        image_weight=2.,
        layer_weight=1.,
        mask_weight=1.),
    blend=True)
