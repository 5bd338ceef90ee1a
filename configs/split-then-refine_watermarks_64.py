"""A narrow Split-then-Refine on watermarks of our own, 64 px, for a CPU.

Without a vgg. Trains for a given time of one core: docs/rivals.md.
"""
_base_ = [
    '_base_/models/split-then-refine.py', '_base_/datasets/watermarks_64.py',
    '_base_/schedules/processor_time.py', '_base_/watermarks_64_runtime.py'
]

model = dict(
    network=dict(widths=(16, 32, 64, 128), num_blocks=2, num_shared=1),
    loss_restoration=dict(perceptual_weight=0.))
