"""The repair of ``hcl_small`` made sharper: it goes on from repair_small.py
with a perceptual and an adversarial loss beside that of the pixels, from the
weights of --cfg-options model.init_cfg.checkpoint=FILE."""
_base_ = ['repair_small.py']

max_iters = 3000  # edit first

model = dict(
    init_cfg=dict(
        type='Pretrained', checkpoint='work_dirs/repair_small/iter_31500.pth'),
    # 4.3 decibels for a factor of e in the squared error.
    loss_pixel=dict(loss_weight=0.1),
    loss_detail=dict(loss_weight=0.05),
    loss_perceptual=dict(type='LitePerceptualLoss'),
    discriminator=dict(type='SNPatchDiscriminator', base_channels=16),
    loss_adversarial=dict(type='WGANGPLoss', loss_weight=0.01))
optim_wrapper = dict(
    _delete_=True,
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules='network',
        optimizer=dict(type='AdamW', lr=2e-4, weight_decay=0.01, fused=True),
        clip_grad=dict(max_norm=20)),
    discriminator=dict(
        type='OptimWrapper',
        modules='discriminator',
        optimizer=dict(type='Adam', lr=2e-4, betas=(0., 0.9))))
falling = dict(
    type='LinearLR',
    by_epoch=False,
    start_factor=1.0,
    end_factor=0.1,
    end=max_iters)
param_scheduler = dict(
    _delete_=True, generator=falling, discriminator=falling)
train_cfg = dict(max_iters=max_iters)
