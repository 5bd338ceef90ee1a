"""Building blocks of the networks."""

from .activation import FreshGELU, gelu_
from .gated_conv import GatedConv2d, GatedResidualBlock
from .initialization import init_convs
from .partial_conv import PartialConv2d
from .resampling import Downsample, Upsample
from .swin import MaskGuidedSwinLayer, SwinBlock, SwinLayer
from .window_attention import WindowAttention, WindowGrid

__all__ = [
    'Downsample', 'FreshGELU', 'GatedConv2d', 'GatedResidualBlock',
    'MaskGuidedSwinLayer', 'PartialConv2d', 'SwinBlock', 'SwinLayer',
    'Upsample', 'WindowAttention', 'WindowGrid', 'gelu_', 'init_convs'
]
