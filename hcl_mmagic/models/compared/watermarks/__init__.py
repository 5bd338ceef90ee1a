"""Removers of watermarks, reflections and shadows: HCL's Table 7."""

from .attended_loss import AttendedImageLoss
from .blind_s2am import BlindS2AMNetwork
from .bvmr import BVMRNetwork
from .dhan import DHANNetwork
from .direct_restorer import DirectRestorer
from .layer_loss import WatermarkLayersLoss
from .output import DirectOutput
from .separation_losses import DHANLoss, SIRFLoss
from .sirf import SIRFNetwork
from .split_then_refine import SplitThenRefineNetwork

__all__ = [
    'AttendedImageLoss', 'BVMRNetwork', 'BlindS2AMNetwork', 'DHANLoss',
    'DHANNetwork', 'DirectOutput', 'DirectRestorer', 'SIRFLoss', 'SIRFNetwork',
    'SplitThenRefineNetwork', 'WatermarkLayersLoss'
]
