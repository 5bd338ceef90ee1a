"""ERFNet of mmsegmentation on 64 px crops of BSDS500, for a CPU.

A light convolutional network in the place of segmenter_bsds_64.py's.
"""
_base_ = [
    '_base_/models/erfnet.py', '_base_/datasets/bsds_64.py',
    '_base_/schedules/cpu_1800.py', '_base_/detection_runtime_bsds_64.py'
]

# The statistics of batch normalization have to fit the averaged weights.
custom_hooks = [dict(**_base_.custom_hooks[0], update_buffers=True)]
