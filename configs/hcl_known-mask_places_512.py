"""HCL's restoration as an inpainting model, on Places365 at 512 px.

The recipe of hcl_places_512.py with the true mask, in training and at test:
without the detector and without the second phase.
"""
_base_ = [
    '_base_/models/hcl.py', '_base_/datasets/places_512.py',
    '_base_/datasets/given_mask.py', '_base_/schedules/hcl_150k.py',
    '_base_/restoration_runtime.py'
]

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(
    encoder=dict(num_conv_stages=1),
    detector=None,
    decoder=dict(num_conv_stages=1))
val_dataloader = dict(
    dataset=dict(pipeline=[
        *_base_.val_dataloader.dataset.pipeline[:-1], *_base_.pack_given_mask
    ]))
test_dataloader = val_dataloader
custom_hooks = []
optim_wrapper = dict(
    generator=dict(modules=['encoder', 'decoder'], optimizer=dict(lr=1e-4)))
