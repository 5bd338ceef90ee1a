"""HCL on Places365 at 256 px: the recipe of the authors' code."""
_base_ = [
    '_base_/models/hcl_places.py', '_base_/datasets/places_256.py',
    '_base_/schedules/hcl_150k.py', '_base_/reference_runtime.py'
]
