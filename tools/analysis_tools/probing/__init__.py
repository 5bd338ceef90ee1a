"""How well a linear classifier tells pasted from intact patches."""
from .classifier import NUM_FOLDS, ProbeResult, probe
from .patches import Patches, collect_patches
from .statistics import STATISTIC_NAMES, patch_statistics

__all__ = [
    'NUM_FOLDS', 'Patches', 'ProbeResult', 'STATISTIC_NAMES',
    'collect_patches', 'patch_statistics', 'probe'
]
