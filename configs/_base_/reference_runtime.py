# Runtime of the recipes of HCL's authors: default_runtime.py with their seed.
_base_ = 'default_runtime.py'

randomness = dict(seed=3407)
