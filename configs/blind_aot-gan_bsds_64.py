"""HCL's masks into AOT-GAN on 64 px crops of BSDS500, for a CPU.

As true-mask_aot-gan_bsds_64.py, with the detector of
hcl_detector_bsds_64.py. Weights and protocol: docs/mixing.md.
"""
_base_ = [
    'true-mask_aot-gan_bsds_64.py', '_base_/models/hcl_narrow_detector.py'
]

_base_.detector.detector.split.num_iterations = 5  # as hcl_detector_bsds_64.py
model = dict(detector=dict(_delete_=True, **_base_.detector))
