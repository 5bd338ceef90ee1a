"""Any detector of damage with any inpainting model."""

from .blind_inpaintor import BlindInpaintor
from .conventions import InputConvention, find_convention
from .known_mask_inpaintor import KnownMaskInpaintor
from .mask_detector import GivenMaskDetector, MaskDetector
from .stable_diffusion import StableDiffusionRepairer

__all__ = [
    'BlindInpaintor', 'GivenMaskDetector', 'InputConvention',
    'KnownMaskInpaintor', 'MaskDetector', 'StableDiffusionRepairer',
    'find_convention'
]
