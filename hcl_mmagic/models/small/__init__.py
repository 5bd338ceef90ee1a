from .lite_perceptual_loss import LitePerceptualLoss
from .mask_repairer import MaskRepairer
from .multi_scale_detector import MultiScaleDetector
from .pyramid_encoder import PyramidEncoder
from .repair_unet import RepairUNet

__all__ = [
    'LitePerceptualLoss', 'MaskRepairer', 'MultiScaleDetector',
    'PyramidEncoder', 'RepairUNet'
]
