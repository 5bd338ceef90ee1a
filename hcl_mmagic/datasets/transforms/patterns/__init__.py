"""Corruption patterns that bring their own shape."""
from .badges import BadgeCorruption
from .base import VISIBLE_SHARE, CorruptionPattern, MultiplicativePattern
from .date_stamps import DateStampCorruption
from .film_damage import FilmDamageCorruption
from .old_photographs import CreaseCorruption, StainCorruption
from .raindrops import RaindropCorruption
from .scratches import ScratchCorruption
from .shadows import ShadowCorruption
from .stamps import StampPattern
from .strokes import GraffitiCorruption, ScribbleCorruption
from .watermarks import LogoWatermarkCorruption, TextWatermarkCorruption

__all__ = [
    'BadgeCorruption', 'CorruptionPattern', 'CreaseCorruption',
    'DateStampCorruption', 'FilmDamageCorruption', 'GraffitiCorruption',
    'LogoWatermarkCorruption', 'MultiplicativePattern', 'RaindropCorruption',
    'ScratchCorruption', 'ScribbleCorruption', 'ShadowCorruption',
    'StainCorruption', 'StampPattern', 'TextWatermarkCorruption',
    'VISIBLE_SHARE'
]
