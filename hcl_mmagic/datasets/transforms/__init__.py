"""Transforms that corrupt clean photographs."""
from .change_damaged import ChangeDamaged
from .content_changes import CompressContent, ShiftContentColor
from .contents import ImageContent, PackagedContent
from .corruption import (ContentAsTruth, CorruptImage, NoCorruption,
                         corruption_name, feather)
from .documents import DrawDocument
from .drawn_contents import (ColoredNoiseContent, ConstantColorContent,
                             DrawnContent, GaussianNoiseContent,
                             GradientContent, GrainContent,
                             SaltAndPepperContent, UniformNoiseContent)
from .drawn_masks import RandomBlobMask, RandomRectangleMask, RandomStrokeMask
from .loaded_masks import MaskFromFolder
from .loading import (LoadPairedPhotograph, LoadRandomCrop,
                      LoadResizedPhotograph)
from .patterns.badges import BadgeCorruption
from .patterns.base import CorruptionPattern
from .patterns.date_stamps import DateStampCorruption
from .patterns.film_damage import FilmDamageCorruption
from .patterns.old_photographs import CreaseCorruption, StainCorruption
from .patterns.raindrops import RaindropCorruption
from .patterns.scratches import ScratchCorruption
from .patterns.shadows import ShadowCorruption
from .patterns.strokes import GraffitiCorruption, ScribbleCorruption
from .patterns.watermarks import (LogoWatermarkCorruption,
                                  TextWatermarkCorruption)

__all__ = [
    'BadgeCorruption', 'ChangeDamaged', 'ColoredNoiseContent',
    'CompressContent', 'ConstantColorContent', 'ContentAsTruth',
    'CorruptImage', 'CorruptionPattern', 'CreaseCorruption',
    'DateStampCorruption', 'DrawDocument', 'DrawnContent',
    'FilmDamageCorruption', 'GaussianNoiseContent', 'GradientContent',
    'GraffitiCorruption', 'GrainContent', 'ImageContent',
    'LoadPairedPhotograph', 'LoadRandomCrop', 'LoadResizedPhotograph',
    'LogoWatermarkCorruption', 'MaskFromFolder', 'NoCorruption',
    'PackagedContent', 'RaindropCorruption', 'RandomBlobMask',
    'RandomRectangleMask', 'RandomStrokeMask', 'SaltAndPepperContent',
    'ScratchCorruption', 'ScribbleCorruption', 'ShadowCorruption',
    'ShiftContentColor', 'StainCorruption', 'TextWatermarkCorruption',
    'UniformNoiseContent', 'corruption_name', 'feather'
]
