"""HCL's masks into PConv on Places365 at 256 px.

Tests the two together, and fine-tunes PConv on the detected masks. Weights and
protocol: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/models/pconv.py',
    '_base_/datasets/places_256.py', '_base_/schedules/inpaintor_50k.py',
    '_base_/blind_runtime.py'
]

batch_size = 2  # per GPU

model = dict(inpaintor=dict(_delete_=True, **_base_.inpaintor))
train_dataloader = dict(batch_size=batch_size)
optim_wrapper = dict(generator=dict(optimizer=dict(lr=5e-5)))
auto_scale_lr = dict(enable=False, base_batch_size=batch_size * 4)
