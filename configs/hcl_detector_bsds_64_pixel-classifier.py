"""Per-pixel binary cross-entropy in place of HCL, with the same encoder.

What HCL is compared with in docs/experiments.md.
"""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(
    detector=dict(
        _delete_=True,
        type='PixelClassifierHead',
        stage_channels=[16, 32, 64],  # as the encoder's
        hidden_channels=64))
