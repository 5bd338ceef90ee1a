"""HCL's restoration as an inpainting model, on Places365 at 256 px.

The recipe of hcl_places_256.py with the true mask, in training and at test:
without the detector and without the second phase.
"""
_base_ = [
    '_base_/models/hcl_places.py', '_base_/datasets/places_256.py',
    '_base_/datasets/given_mask.py', '_base_/schedules/hcl_150k.py',
    '_base_/restoration_runtime.py'
]

model = dict(detector=None)
val_dataloader = dict(
    dataset=dict(pipeline=[
        *_base_.val_dataloader.dataset.pipeline[:-1], *_base_.pack_given_mask
    ]))
test_dataloader = val_dataloader
custom_hooks = []
optim_wrapper = dict(generator=dict(modules=['encoder', 'decoder']))
