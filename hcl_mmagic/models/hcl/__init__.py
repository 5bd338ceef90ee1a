"""HCL: the restorer and its networks."""

from .decoder import MaskGuidedDecoder
from .discriminator import SNPatchDiscriminator
from .encoder import HCLEncoder
from .pretrained_encoder import PretrainedEncoder
from .refiner import ConvUNetRefiner
from .restorer import HCLRestorer

__all__ = [
    'ConvUNetRefiner', 'HCLEncoder', 'HCLRestorer', 'MaskGuidedDecoder',
    'PretrainedEncoder', 'SNPatchDiscriminator'
]
