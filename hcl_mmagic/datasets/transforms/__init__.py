"""Transforms that corrupt clean photographs."""
from .change_damaged import ChangeDamaged
from .content_as_truth import ContentAsTruth
from .content_changes import CompressContent, ShiftContentColor
from .contents import ImageContent, PackagedContent
from .corruption import CorruptImage, corruption_name, feather
from .documents import DrawDocument
from .drawn_contents import (ColoredNoiseContent, ConstantColorContent,
                             DrawnContent, GaussianNoiseContent,
                             GradientContent, GrainContent,
                             SaltAndPepperContent, UniformNoiseContent)
from .drawn_masks import RandomBlobMask, RandomRectangleMask, RandomStrokeMask
from .loaded_masks import LoadMaskForImage, MaskFromFolder
from .loading import (LoadPairedPhotograph, LoadRandomCrop,
                      LoadResizedPhotograph)
from .no_corruption import NoCorruption
from .patterns import (BadgeCorruption, CorruptionPattern, CreaseCorruption,
                       DateStampCorruption, FilmDamageCorruption,
                       GraffitiCorruption, LogoWatermarkCorruption,
                       RaindropCorruption, ScratchCorruption,
                       ScribbleCorruption, ShadowCorruption, StainCorruption,
                       TextWatermarkCorruption)
from .progressive_choice import ProgressiveChoice

__all__ = [
    'BadgeCorruption', 'ChangeDamaged', 'ColoredNoiseContent',
    'CompressContent', 'ConstantColorContent', 'ContentAsTruth',
    'CorruptImage', 'CorruptionPattern', 'CreaseCorruption',
    'DateStampCorruption', 'DrawDocument', 'DrawnContent',
    'FilmDamageCorruption', 'GaussianNoiseContent', 'GradientContent',
    'GraffitiCorruption', 'GrainContent', 'ImageContent', 'LoadMaskForImage',
    'LoadPairedPhotograph', 'LoadRandomCrop', 'LoadResizedPhotograph',
    'LogoWatermarkCorruption', 'MaskFromFolder', 'NoCorruption',
    'PackagedContent', 'ProgressiveChoice', 'RaindropCorruption',
    'RandomBlobMask', 'RandomRectangleMask', 'RandomStrokeMask',
    'SaltAndPepperContent', 'ScratchCorruption', 'ScribbleCorruption',
    'ShadowCorruption', 'ShiftContentColor', 'StainCorruption',
    'TextWatermarkCorruption', 'UniformNoiseContent', 'corruption_name',
    'feather'
]
