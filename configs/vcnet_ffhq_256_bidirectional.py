"""VCNet in the other direction: restore the pasted picture (HCL, Figure 6).

For testing only: the weights are those of vcnet_ffhq_256.py. Truth and mask
are those of hcl_ffhq_256_bidirectional.py.
"""
_base_ = ['vcnet_ffhq_256.py']

model = dict(reverse_mask=True)

load_mask = _base_.test_dataloader.dataset.pipeline[:-2]
corrupt = _base_.test_dataloader.dataset.pipeline[-2]
test_dataloader = dict(
    dataset=dict(pipeline=[
        *load_mask,
        dict(corrupt, keep_content=True),
        dict(type='ContentAsTruth'), _base_.pack
    ]))
