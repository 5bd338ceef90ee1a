"""HCL on Places365 at 512 px with another detector than its authors'.

Inherited centres and a judge of the whole split in the place of a 2-means at
every stage and a classifier of its centres: docs/paper_and_reference.md. All
else is hcl_places_512.py.
"""
_base_ = [
    '_base_/models/hcl_inherited.py', '_base_/datasets/places_512.py',
    '_base_/schedules/hcl_150k.py', '_base_/reference_runtime.py'
]

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(encoder=dict(num_conv_stages=1), decoder=dict(num_conv_stages=1))
optim_wrapper = dict(generator=dict(optimizer=dict(lr=1e-4)))
