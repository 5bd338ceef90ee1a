"""Inpainting models that are told where the damage is."""

from .conventions import InputConvention, find_convention
from .known_mask_inpaintor import KnownMaskInpaintor

__all__ = ['InputConvention', 'KnownMaskInpaintor', 'find_convention']
