# vcnet-mask.py for a config that has another `model`.
_base_ = ['vcnet-mask.py']

detector = _base_.pop('model')
