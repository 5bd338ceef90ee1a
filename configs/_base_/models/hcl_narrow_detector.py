# The detector of hcl_narrow.py for a config that has another `model`.
_base_ = ['hcl_narrow.py']

detector = {
    key: value
    for key, value in _base_.pop('model').items()
    if key in ('type', 'encoder', 'detector')
}
