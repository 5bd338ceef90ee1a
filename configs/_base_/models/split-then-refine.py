# Split-then-Refine (AAAI 2021) as its authors' code has it.
_base_ = ['bvmr.py']

model = dict(
    network=dict(type='SplitThenRefineNetwork'),
    loss_restoration=dict(
        whole=True,
        similarity_weight=0.15,
        perceptual_weight=0.025,
        checkpoint=None))  # without a file, training goes on without it
