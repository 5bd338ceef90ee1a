"""HCL's masks into HCL's restoration on Places365 at 256 px.

The two are networks of their own here, as with any other inpainting model:
the restoration is that of hcl_known-mask_places_256.py, which has never seen a
detected mask, and is fine-tuned on them. Weights and protocol: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/datasets/places_256.py',
    '_base_/schedules/hcl_inpaintor_50k.py', '_base_/blind_runtime.py'
]

model = dict(
    inpaintor=dict(
        loss_perceptual=dict(refined_layers=('relu2_2', 'relu3_2'))))
auto_scale_lr = dict(enable=False, base_batch_size=_base_.batch_size * 4)
