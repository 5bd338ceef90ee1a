"""A narrow BVMR on watermarks of our own, 64 px, for a CPU.

Trains for a given time of one core: docs/rivals.md.
"""
_base_ = [
    '_base_/models/bvmr.py', '_base_/datasets/watermarks_64.py',
    '_base_/schedules/processor_time.py', '_base_/watermarks_64_runtime.py'
]

model = dict(
    network=dict(widths=(16, 32, 64, 128), num_blocks=2, num_shared=1))
