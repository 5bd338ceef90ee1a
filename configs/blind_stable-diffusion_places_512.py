"""HCL's masks into Stable Diffusion on Places365 at 512 px.

A test of the two together; Stable Diffusion is not trained here. Its weights
and their licence: docs/mixing.md.
"""
_base_ = [
    '_base_/models/blind_hcl.py', '_base_/datasets/places_512.py',
    '_base_/blind_runtime.py'
]

# One stride-2 convolution first: the stages have the sizes of a 256 px model.
model = dict(
    detector=dict(encoder=dict(num_conv_stages=1)),
    inpaintor=dict(
        _delete_=True,
        type='StableDiffusionRepairer',
        folder='data/stable-diffusion-inpainting',
        prompt='',
        num_steps=50,
        guidance_scale=1.,  # of a prompt; 7.5 is usual and takes twice as long
        seed=0))

inference_scale = dict(short_side=512, crop_size=512)
train_dataloader = None
train_cfg = None
optim_wrapper = None
