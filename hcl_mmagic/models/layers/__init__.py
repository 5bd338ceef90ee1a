"""Building blocks of the networks."""

from .convolutions import (Downsample, FreshGELU, GatedConv2d,
                           GatedResidualBlock, PartialConv2d, Upsample, gelu_,
                           init_convs)
from .swin import (MaskGuidedSwinLayer, SwinBlock, SwinLayer, WindowAttention,
                   WindowGrid, attend, region_bias)

__all__ = [
    'Downsample', 'FreshGELU', 'GatedConv2d', 'GatedResidualBlock',
    'MaskGuidedSwinLayer', 'PartialConv2d', 'SwinBlock', 'SwinLayer',
    'Upsample', 'WindowAttention', 'WindowGrid', 'attend', 'gelu_',
    'init_convs', 'region_bias'
]
