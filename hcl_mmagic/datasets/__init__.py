"""Datasets of photographs and the transforms that corrupt them."""
from .clean_image_dataset import CleanImageDataset
from .frozen_test_set import FrozenTestSet
from .paired_photograph_dataset import PairedPhotographDataset
from .sample_photographs import PackagedPhotographs, packaged_photographs
from .samplers import SeededInfiniteSampler
from .seeding import SeededIndex, mix_seed, seeded_rng
from .transforms import (
    CompressContent, ConstantColorContent, ContentAsTruth, CorruptImage,
    CorruptionPattern, CreaseCorruption, GaussianNoiseContent,
    GraffitiCorruption, ImageContent, LoadMaskForImage, LoadPairedPhotograph,
    LoadResizedPhotograph, LogoWatermarkCorruption, MaskFromFolder,
    PackagedContent, RaindropCorruption, RandomRectangleMask, RandomStrokeMask,
    SaltAndPepperContent, ScratchCorruption, ScribbleCorruption,
    ShadowCorruption, ShiftContentColor, StainCorruption,
    TextWatermarkCorruption, UniformNoiseContent)

__all__ = [
    'CleanImageDataset', 'CompressContent', 'ConstantColorContent',
    'ContentAsTruth', 'CorruptImage', 'CorruptionPattern', 'CreaseCorruption',
    'FrozenTestSet', 'GaussianNoiseContent', 'GraffitiCorruption',
    'ImageContent', 'LoadMaskForImage', 'LoadPairedPhotograph',
    'LoadResizedPhotograph', 'LogoWatermarkCorruption', 'MaskFromFolder',
    'PackagedContent', 'PackagedPhotographs', 'PairedPhotographDataset',
    'RaindropCorruption', 'RandomRectangleMask', 'RandomStrokeMask',
    'SaltAndPepperContent', 'ScratchCorruption', 'ScribbleCorruption',
    'SeededIndex', 'SeededInfiniteSampler', 'ShadowCorruption',
    'ShiftContentColor', 'StainCorruption', 'TextWatermarkCorruption',
    'UniformNoiseContent', 'mix_seed', 'packaged_photographs', 'seeded_rng'
]
