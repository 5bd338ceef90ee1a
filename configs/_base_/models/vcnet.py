# VCNet with the loss weights of its paper (VCNet, ECCV 2020, section 3.3).
_base_ = ['vcnet-mask.py']

model = dict(
    type='VCNet',
    inpainting_network=dict(
        type='VCNetInpaintingNetwork',
        base_channels=32,
        mask_feature_channels=128),  # twice those of the mask network
    discriminator=dict(type='VCNetDiscriminator', base_channels=64),
    loss_mask=dict(loss_weight=2.0),
    loss_image=dict(type='L1Loss', loss_weight=1.4, reduction='mean'),
    loss_consistency=dict(
        type='ConsistencyLoss',
        semantic_weight=1e-4,
        texture_weight=1e-3,
        checkpoint=None),  # without a file, training goes on without it
    loss_adversarial=dict(
        type='WGANGPLoss', gradient_penalty_weight=10.0, loss_weight=1e-3),
    mask_source='true',
    composite=False)
