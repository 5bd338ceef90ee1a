"""Transforms that corrupt clean photographs."""
from .content_as_truth import ContentAsTruth
from .contents import (ConstantColorContent, GaussianNoiseContent,
                       ImageContent, PackagedContent, UniformNoiseContent)
from .corruption import CorruptImage, feather
from .drawn_masks import RandomRectangleMask, RandomStrokeMask
from .loaded_masks import LoadMaskForImage, MaskFromFolder
from .loading import LoadPairedPhotograph, LoadResizedPhotograph

__all__ = [
    'ConstantColorContent', 'ContentAsTruth', 'CorruptImage',
    'GaussianNoiseContent', 'ImageContent', 'LoadMaskForImage',
    'LoadPairedPhotograph', 'LoadResizedPhotograph', 'MaskFromFolder',
    'PackagedContent', 'RandomRectangleMask', 'RandomStrokeMask',
    'UniformNoiseContent', 'feather'
]
