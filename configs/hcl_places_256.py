"""HCL on Places365 at 256 px: the recipe of the paper."""
_base_ = [
    '_base_/models/hcl.py', '_base_/datasets/places_256.py',
    '_base_/schedules/hcl_150k.py', '_base_/default_runtime.py'
]

# Of the recipes only this one looks at the shallow layers for both images.
model = dict(loss_perceptual=dict(refined_layers=('relu2_2', 'relu3_2')))
