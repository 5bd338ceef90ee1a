# HCL's detector for a BlindInpaintor, from hcl.py.
_base_ = ['hcl.py']

detector = dict(
    type='HCLRestorer',
    encoder=_base_.model.encoder,
    detector=_base_.model.detector)
