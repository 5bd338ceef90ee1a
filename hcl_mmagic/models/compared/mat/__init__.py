"""MAT, an inpainting model that is told the mask: HCL's Table 2."""

from .discriminator import MATDiscriminator
from .generator import MATGenerator
from .mat_inpaintor import MATInpaintor

__all__ = ['MATDiscriminator', 'MATGenerator', 'MATInpaintor']
