"""Transforms that corrupt clean photographs."""
from .contents import (ConstantColorContent, GaussianNoiseContent,
                       ImageContent, PackagedContent, UniformNoiseContent)
from .corruption import CorruptImage, feather
from .drawn_masks import RandomRectangleMask, RandomStrokeMask
from .loaded_masks import LoadMaskForImage, MaskFromFolder
from .loading import LoadPairedPhotograph, LoadResizedPhotograph

__all__ = [
    'ConstantColorContent', 'CorruptImage', 'GaussianNoiseContent',
    'ImageContent', 'LoadMaskForImage', 'LoadPairedPhotograph',
    'LoadResizedPhotograph', 'MaskFromFolder', 'PackagedContent',
    'RandomRectangleMask', 'RandomStrokeMask', 'UniformNoiseContent', 'feather'
]
