"""VCNet's mask prediction network on 64 px crops of BSDS500, for a CPU.

Data, metrics, averaging of the weights and iterations are those of
hcl_detector_bsds_64.py.
"""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(
    _delete_=True,
    type='VCNetMaskDetector',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    mask_network=dict(type='VCNetMaskNetwork', base_channels=32),
    loss_mask=dict(type='SelfAdaptiveBCELoss', loss_weight=1.0))
optim_wrapper = dict(
    _delete_=True,
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-3, betas=(0.9, 0.999), fused=True))
