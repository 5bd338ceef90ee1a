"""HCL's masks into MAT-F on Places365 at 512 px (HCL, Table 2).

MAT-F is the MAT of mat_places_512.py, fine-tuned here on the detected masks;
the paper does not say how it was. Weights and protocol: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/models/mat.py',
    '_base_/datasets/places_512.py', '_base_/schedules/inpaintor_50k.py',
    '_base_/blind_runtime.py'
]

batch_size = 4  # per GPU, on 8
adam = dict(type='Adam', lr=1e-4, betas=(0., 0.99))

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(
    detector=dict(encoder=dict(num_conv_stages=1)),
    inpaintor=dict(_delete_=True, **_base_.inpaintor))
train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(
    generator=dict(optimizer=adam),
    discriminator=dict(
        type='OptimWrapper', modules='inpaintor.discriminator',
        optimizer=adam))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 8)
