"""Any detector of damage with any inpainting model."""

from .blind_inpaintor import BlindInpaintor
from .conventions import InputConvention, find_convention
from .known_mask_inpaintor import KnownMaskInpaintor
from .mask_detector import GivenMaskDetector, MaskDetector

__all__ = [
    'BlindInpaintor', 'GivenMaskDetector', 'InputConvention',
    'KnownMaskInpaintor', 'MaskDetector', 'find_convention'
]
