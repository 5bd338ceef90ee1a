"""HCL's masks into MAT on Places365 at 512 px, without fine-tuning.

A test of hcl_places_512.py's detector with mat_places_512.py, which has seen
true masks alone; blind_mat-f_places_512.py is fine-tuned.
"""
_base_ = ['blind_mat-f_places_512.py']

train_dataloader = None
train_cfg = None
optim_wrapper = None
