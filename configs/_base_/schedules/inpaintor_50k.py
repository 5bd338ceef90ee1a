# Fine-tuning of a trained inpainting model on the masks of a trained detector.
# The paper fine-tunes MAT ('MAT-F') and does not say for how long: this is the
# length of the other fine-tunings.
train_cfg = dict(
    type='ResumableIterBasedTrainLoop', max_iters=50000, val_interval=5000)
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules='inpaintor.generator',
        optimizer=dict(type='Adam', lr=1e-4)))
