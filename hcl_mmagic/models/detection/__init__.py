"""HCL's detector: which pixels do not belong to the picture."""

from .detector import ContrastiveDetectorHead
from .hierarchy import DetectedMasks, MaskHierarchy
from .naming import CentreClassifier, PixelVote, SplitJudge
from .pixel_classifier import PixelClassifierHead
from .splits import TwoMeansSplit

__all__ = [
    'CentreClassifier', 'ContrastiveDetectorHead', 'DetectedMasks',
    'MaskHierarchy', 'PixelClassifierHead', 'PixelVote', 'SplitJudge',
    'TwoMeansSplit'
]
