"""VCNet, a rival of HCL: finds damage and repairs it.

Paper: `VCNet: A Robust Approach to Blind Image Inpainting, ECCV 2020
<https://arxiv.org/abs/2003.06816>`_. ``docs/vcnet.md`` says what comes from
it, and what was chosen where it is silent.
"""

from .context_normalization import ProbabilisticContextNorm
from .inpainting_network import ContextBlock, VCNetInpaintingNetwork
from .mask_network import VCNetMaskNetwork
from .vcnet import VCNet
from .vcnet_discriminator import VCNetDiscriminator
from .vcnet_mask_detector import VCNetMaskDetector

__all__ = [
    'ContextBlock', 'ProbabilisticContextNorm', 'VCNet', 'VCNetDiscriminator',
    'VCNetInpaintingNetwork', 'VCNetMaskDetector', 'VCNetMaskNetwork'
]
