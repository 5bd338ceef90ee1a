"""HCL on ImageNet at 256 px: the recipe of the authors' code."""
_base_ = [
    '_base_/models/hcl.py', '_base_/datasets/imagenet_256.py',
    '_base_/schedules/hcl_150k.py', '_base_/reference_runtime.py'
]

model = dict(loss_perceptual=dict(coarse_weight=0.001, refined_weight=0.001))
