"""HCL's masks into AOT-GAN on Places365 at 512 px.

Tests the two together, and fine-tunes AOT-GAN on the detected masks. Weights
and protocol: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/models/aot-gan.py',
    '_base_/datasets/places_512.py', '_base_/schedules/inpaintor_gan_50k.py',
    '_base_/blind_runtime.py'
]

batch_size = 4  # per GPU

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(
    detector=dict(encoder=dict(num_conv_stages=1)),
    inpaintor=dict(_delete_=True, **_base_.inpaintor))
train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(
    generator=dict(optimizer=dict(betas=(0.0, 0.9))),
    disc=dict(optimizer=dict(betas=(0.0, 0.9))))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 4)
