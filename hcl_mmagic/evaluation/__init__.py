"""Scores of detection and restoration."""
from .metrics import (FoundRegions, ImageCount, MaskDetection, RestorationFID,
                      RestorationLPIPS, RestorationQuality, SegmentationIoU)

__all__ = [
    'FoundRegions', 'ImageCount', 'MaskDetection', 'RestorationFID',
    'RestorationLPIPS', 'RestorationQuality', 'SegmentationIoU'
]
