"""Transforms that corrupt clean photographs."""
from .content_as_truth import ContentAsTruth
from .content_changes import CompressContent, ShiftContentColor
from .contents import (ConstantColorContent, DrawnContent,
                       GaussianNoiseContent, ImageContent, PackagedContent,
                       SaltAndPepperContent, UniformNoiseContent)
from .corruption import CorruptImage, corruption_name, feather
from .drawn_masks import RandomRectangleMask, RandomStrokeMask
from .loaded_masks import LoadMaskForImage, MaskFromFolder
from .loading import LoadPairedPhotograph, LoadResizedPhotograph
from .no_corruption import NoCorruption
from .patterns import (CorruptionPattern, CreaseCorruption, GraffitiCorruption,
                       LogoWatermarkCorruption, RaindropCorruption,
                       ScratchCorruption, ScribbleCorruption, ShadowCorruption,
                       StainCorruption, TextWatermarkCorruption)
from .progressive_choice import ProgressiveChoice

__all__ = [
    'CompressContent', 'ConstantColorContent', 'ContentAsTruth',
    'CorruptImage', 'CorruptionPattern', 'CreaseCorruption', 'DrawnContent',
    'GaussianNoiseContent', 'GraffitiCorruption', 'ImageContent',
    'LoadMaskForImage', 'LoadPairedPhotograph', 'LoadResizedPhotograph',
    'LogoWatermarkCorruption', 'MaskFromFolder', 'NoCorruption',
    'PackagedContent', 'ProgressiveChoice', 'RaindropCorruption',
    'RandomRectangleMask', 'RandomStrokeMask', 'SaltAndPepperContent',
    'ScratchCorruption', 'ScribbleCorruption', 'ShadowCorruption',
    'ShiftContentColor', 'StainCorruption', 'TextWatermarkCorruption',
    'UniformNoiseContent', 'corruption_name', 'feather'
]
