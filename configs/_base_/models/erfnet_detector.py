# erfnet.py for a config that has another `model`.
_base_ = ['erfnet.py']

detector = _base_.pop('model')
