"""Datasets of photographs and the transforms that corrupt them."""
from . import transforms
from .clean_image_dataset import CleanImageDataset
from .frozen_test_set import FrozenTestSet
from .paired_photograph_dataset import PairedPhotographDataset
from .sample_photographs import PackagedPhotographs, packaged_photographs
from .samplers import SeededInfiniteSampler
from .seeding import SeededIndex, mix_seed, seeded_rng

__all__ = [
    'CleanImageDataset', 'FrozenTestSet', 'PackagedPhotographs',
    'PairedPhotographDataset', 'SeededIndex', 'SeededInfiniteSampler',
    'mix_seed', 'packaged_photographs', 'seeded_rng', 'transforms'
]
