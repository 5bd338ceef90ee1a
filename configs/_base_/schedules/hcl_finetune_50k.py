# Fine-tuning of a trained model: the second phase alone, with the detected
# mask, for as many iterations as are the default of the authors' code.
_base_ = ['hcl_150k.py']

train_cfg = dict(max_iters=50000)
custom_hooks = []
