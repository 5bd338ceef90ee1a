# As restoration_runtime.py, for the patterns of datasets/bsds_64.py.
_base_ = 'restoration_runtime.py'

default_hooks = dict(checkpoint=dict(interval=300, max_keep_ckpts=1))
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[dict(type='RestorationQuality', prefix=prefix)])
    for prefix in ('seen', 'constant_color', 'faces', 'graffiti', 'text')
]
