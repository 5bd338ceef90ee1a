"""A narrow blind S2AM on watermarks of our own, 64 px, for a CPU.

Trains for a given time of one core: docs/rivals.md.
"""
_base_ = [
    '_base_/models/bs2am.py', '_base_/datasets/watermarks_64.py',
    '_base_/schedules/processor_time_gan.py', '_base_/watermarks_64_runtime.py'
]

model = dict(
    network=dict(base_channels=16, num_levels=6),
    discriminator=dict(base_channels=16))
optim_wrapper = dict(
    generator=dict(optimizer=dict(betas=(0.5, 0.999))),
    discriminator=dict(optimizer=dict(betas=(0.5, 0.999))))
