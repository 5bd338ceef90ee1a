"""HCL on Places365 at 512 px: the recipe of the authors' code."""
_base_ = [
    '_base_/models/hcl.py', '_base_/datasets/places_512.py',
    '_base_/schedules/hcl_150k.py', '_base_/reference_runtime.py'
]

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(encoder=dict(num_conv_stages=1), decoder=dict(num_conv_stages=1))
optim_wrapper = dict(generator=dict(optimizer=dict(lr=1e-4)))
