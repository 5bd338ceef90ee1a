# Fine-tuning of a trained model: the second phase alone, with the detected
# mask, for the reference's default number of iterations.
_base_ = ['hcl_150k.py']

train_cfg = dict(max_iters=50000)
custom_hooks = []
