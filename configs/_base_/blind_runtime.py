# Runtime of detectors with inpainting models: as default_runtime.py, but the
# best model is the one that repairs best, as the detector stays as it is.
_base_ = 'default_runtime.py'

default_hooks = dict(checkpoint=dict(save_best='PSNR_inside'))
