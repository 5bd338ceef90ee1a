"""A narrow DHAN on watermarks of our own, 64 px, for a CPU.

Without hypercolumns. Trains for a given time of one core: docs/rivals.md.
"""
_base_ = [
    '_base_/models/dhan.py', '_base_/datasets/watermarks_64.py',
    '_base_/schedules/processor_time_gan.py', '_base_/watermarks_64_runtime.py'
]

model = dict(
    network=dict(channels=16, hypercolumns=False),
    discriminator=dict(base_channels=16))
