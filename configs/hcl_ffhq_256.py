"""HCL on FFHQ at 256 px: the recipe of the authors' code, base width 32."""
_base_ = [
    '_base_/models/hcl.py', '_base_/datasets/ffhq_256.py',
    '_base_/schedules/hcl_150k.py', '_base_/reference_runtime.py'
]

model = dict(
    encoder=dict(base_channels=32),
    detector=dict(stage_channels=[32, 64, 128], num_restarts=3),
    decoder=dict(base_channels=32),
    loss_coarse=dict(loss_weight=0.1),
    loss_refined=dict(loss_weight=0.1),
    loss_perceptual=dict(coarse_weight=1.0, refined_weight=1.0))
optim_wrapper = dict(generator=dict(optimizer=dict(lr=1e-3)))
