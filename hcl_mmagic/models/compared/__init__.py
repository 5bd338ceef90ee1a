"""Systems that HCL is compared with."""

from .mprnet import MPRNet
from .segmentation_detector import SegmentationDetector
from .vcnet import (VCNet, VCNetDiscriminator, VCNetInpaintingNetwork,
                    VCNetMaskDetector, VCNetMaskNetwork)

__all__ = [
    'MPRNet', 'SegmentationDetector', 'VCNet', 'VCNetDiscriminator',
    'VCNetInpaintingNetwork', 'VCNetMaskDetector', 'VCNetMaskNetwork'
]
