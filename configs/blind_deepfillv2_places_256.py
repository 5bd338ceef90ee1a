"""HCL's masks into DeepFillv2 on Places365 at 256 px.

Tests the two together, and fine-tunes DeepFillv2 on the detected masks.
Weights and protocol: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/models/deepfillv2.py',
    '_base_/datasets/places_256.py', '_base_/schedules/inpaintor_gan_50k.py',
    '_base_/blind_runtime.py'
]

batch_size = 2  # per GPU

model = dict(inpaintor=dict(_delete_=True, **_base_.inpaintor))
train_dataloader = dict(batch_size=batch_size)
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 8)
