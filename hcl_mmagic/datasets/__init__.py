"""Datasets of photographs and the transforms that corrupt them."""
from .clean_image_dataset import CleanImageDataset
from .frozen_test_set import FrozenTestSet
from .paired_photograph_dataset import PairedPhotographDataset
from .sample_photographs import PackagedPhotographs, packaged_photographs
from .samplers import SeededInfiniteSampler
from .seeding import SeededIndex, mix_seed, seeded_rng
from .transforms import (ConstantColorContent, ContentAsTruth, CorruptImage,
                         GaussianNoiseContent, ImageContent, LoadMaskForImage,
                         LoadPairedPhotograph, LoadResizedPhotograph,
                         MaskFromFolder, PackagedContent, RandomRectangleMask,
                         RandomStrokeMask, UniformNoiseContent)

__all__ = [
    'CleanImageDataset', 'ConstantColorContent', 'ContentAsTruth',
    'CorruptImage', 'FrozenTestSet', 'GaussianNoiseContent', 'ImageContent',
    'LoadMaskForImage', 'LoadPairedPhotograph', 'LoadResizedPhotograph',
    'MaskFromFolder', 'PackagedContent', 'PackagedPhotographs',
    'PairedPhotographDataset', 'RandomRectangleMask', 'RandomStrokeMask',
    'SeededIndex', 'SeededInfiniteSampler', 'UniformNoiseContent', 'mix_seed',
    'packaged_photographs', 'seeded_rng'
]
