"""Corruption patterns that bring their own shape."""
from .base import VISIBLE_SHARE, CorruptionPattern, MultiplicativePattern
from .old_photographs import (CreaseCorruption, ScratchCorruption,
                              StainCorruption)
from .raindrops import RaindropCorruption
from .shadows import ShadowCorruption
from .strokes import GraffitiCorruption, ScribbleCorruption
from .watermarks import LogoWatermarkCorruption, TextWatermarkCorruption

__all__ = [
    'CorruptionPattern', 'CreaseCorruption', 'GraffitiCorruption',
    'LogoWatermarkCorruption', 'MultiplicativePattern', 'RaindropCorruption',
    'ScratchCorruption', 'ScribbleCorruption', 'ShadowCorruption',
    'StainCorruption', 'TextWatermarkCorruption', 'VISIBLE_SHARE'
]
