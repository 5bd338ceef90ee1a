# Runtime of the comparison on our own watermarks: every score by pattern.
_base_ = 'default_runtime.py'

default_hooks = dict(
    logger=dict(interval=50),
    checkpoint=dict(interval=100000, max_keep_ckpts=1, save_best=None))
log_processor = dict(window_size=50)
# JSON lines alone.
visualizer = dict(vis_backends=[dict(type='LocalVisBackend')])
test_evaluator = [
    dict(
        type='Evaluator',
        metrics=[
            dict(type='MaskDetection', prefix=prefix),
            dict(type='RestorationQuality', prefix=prefix)
        ]) for prefix in ('text', 'logos')
]
