# HCL as it is trained on Places at 256 px: of the recipes only this one looks
# at the shallow layers for both images.
_base_ = ['hcl.py']

model = dict(loss_perceptual=dict(refined_layers=('relu2_2', 'relu3_2')))
