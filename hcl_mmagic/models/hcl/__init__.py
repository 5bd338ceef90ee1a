"""HCL: the restorer and its networks."""

from .discriminator import SNPatchDiscriminator
from .encoder import HCLEncoder
from .repair import ConvUNetRefiner, MaskGuidedDecoder
from .restorer import HCLRestorer

__all__ = [
    'ConvUNetRefiner', 'HCLEncoder', 'HCLRestorer', 'MaskGuidedDecoder',
    'SNPatchDiscriminator'
]
