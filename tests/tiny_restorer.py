"""Config of a whole HCLRestorer of a few channels."""
from pathlib import Path

ROOT = Path(__file__).parents[1]
TINY_CONFIG = f"""
_base_ = '{ROOT}/configs/hcl_quickstart.py'
model = dict(
    encoder=dict(base_channels=4, depths=(1, 1, 2), window_size=4),
    detector=dict(
        stage_channels=[4, 8, 16],
        projection_channels=8,
        split=dict(
            naming=dict(in_channels=8, vote=dict(in_channels=16)))),
    decoder=dict(base_channels=4, window_size=4),
    refiner=dict(base_channels=4),
    discriminator=dict(
        _delete_=True, type='SNPatchDiscriminator', base_channels=4),
    loss_adversarial=dict(
        _delete_=True, type='WGANGPLoss', loss_weight=0.01))
optim_wrapper = dict(
    discriminator=dict(
        type='OptimWrapper',
        modules='discriminator',
        optimizer=dict(type='Adam', lr=1e-4)))
"""
