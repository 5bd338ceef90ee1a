# Runtime of every config: what is logged, saved, seeded and drawn.
default_scope = 'mmagic'
custom_imports = dict(imports=['hcl_mmagic'], allow_failed_imports=False)

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=100),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='AtomicCheckpointHook',
        interval=5000,
        max_keep_ckpts=3,
        save_best='IoU_corrupted',
        rule='greater'),
    strict_load=dict(type='StrictLoadHook'),
    iteration_seed=dict(type='IterationSeedHook'),
    non_finite_loss=dict(type='NonFiniteLossHook'),
    sample_panel=dict(type='SamplePanelHook', num_samples=8))

log_processor = dict(type='LogProcessor', window_size=100, by_epoch=False)
log_level = 'INFO'
visualizer = dict(
    type='HCLVisualizer',
    vis_backends=[
        dict(type='LocalVisBackend'),  # JSON lines and pictures
        dict(type='TensorboardVisBackend')
    ])

val_evaluator = dict(
    type='Evaluator',
    metrics=[dict(type='MaskDetection'),
             dict(type='RestorationQuality')])
# A test gives the paper's tables, by mask ratio in percent. LPIPS and FID are
# left out where their files are not: docs/evaluation.md.
detection_bins = [(0, 30), (30, 60)]
restoration_bins = [(0, 20), (20, 40), (40, 60)]
test_evaluator = dict(
    type='Evaluator',
    metrics=[
        dict(type='ImageCount', ratio_bins=detection_bins + restoration_bins),
        dict(type='MaskDetection', ratio_bins=detection_bins),
        dict(type='RestorationQuality', ratio_bins=restoration_bins),
        dict(type='RestorationLPIPS', ratio_bins=restoration_bins),
        dict(type='RestorationFID', ratio_bins=restoration_bins)
    ])
val_cfg = dict(type='MultiValLoop')
test_cfg = dict(type='MultiTestLoop')

# Each network reduces its own gradients: they are trained by different
# optimizers.
model_wrapper_cfg = dict(type='PartwiseDistributedDataParallel')
env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'))
randomness = dict(seed=0)

load_from = None
resume = False
