"""The other direction: restore the pasted picture (HCL, Figure 6).

For testing only: the weights are those of hcl_ffhq_256.py. The truth is the
picture that the content was cut from; the mask is the same as ever, so it is
outside of it that pixels are restored.
"""
_base_ = ['hcl_ffhq_256.py']

model = dict(reverse_mask=True)

load_mask = _base_.test_dataloader.dataset.pipeline[:-2]
corrupt = _base_.test_dataloader.dataset.pipeline[-2]
test_dataloader = dict(
    dataset=dict(pipeline=[
        *load_mask,
        dict(corrupt, keep_content=True),
        dict(type='ContentAsTruth'), _base_.pack
    ]))
