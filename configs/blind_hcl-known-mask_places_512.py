"""HCL's masks into HCL's restoration on Places365 at 512 px.

The two are networks of their own here, as with any other inpainting model:
the restoration is that of hcl_known-mask_places_512.py, which has never seen a
detected mask, and is fine-tuned on them. Weights and protocol: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/datasets/places_512.py',
    '_base_/schedules/hcl_inpaintor_50k.py', '_base_/blind_runtime.py'
]

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(
    detector=dict(encoder=dict(num_conv_stages=1)),
    inpaintor=dict(
        encoder=dict(num_conv_stages=1), decoder=dict(num_conv_stages=1)))
optim_wrapper = dict(generator=dict(optimizer=dict(lr=1e-4)))
auto_scale_lr = dict(enable=False, base_batch_size=_base_.batch_size * 4)
