"""Systems that HCL is compared with."""

from .mat import MATDiscriminator, MATGenerator, MATInpaintor
from .mprnet import MPRNet
from .segmentation_detector import SegmentationDetector
from .vcnet import (VCNet, VCNetDiscriminator, VCNetInpaintingNetwork,
                    VCNetMaskDetector, VCNetMaskNetwork)
from .watermarks import (AttendedImageLoss, BlindS2AMNetwork, BVMRNetwork,
                         DHANLoss, DHANNetwork, DirectRestorer, SIRFLoss,
                         SIRFNetwork, SplitThenRefineNetwork,
                         WatermarkLayersLoss)

__all__ = [
    'AttendedImageLoss', 'BVMRNetwork', 'BlindS2AMNetwork', 'DHANLoss',
    'DHANNetwork', 'DirectRestorer', 'MATDiscriminator', 'MATGenerator',
    'MATInpaintor', 'MPRNet', 'SIRFLoss', 'SIRFNetwork',
    'SegmentationDetector', 'SplitThenRefineNetwork', 'VCNet',
    'VCNetDiscriminator', 'VCNetInpaintingNetwork', 'VCNetMaskDetector',
    'VCNetMaskNetwork', 'WatermarkLayersLoss'
]
