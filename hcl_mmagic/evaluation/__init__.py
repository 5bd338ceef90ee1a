"""Scores of detection and restoration."""
from .metrics import (ImageCount, MaskDetection, RestorationFID,
                      RestorationLPIPS, RestorationQuality, SegmentationIoU)

__all__ = [
    'ImageCount', 'MaskDetection', 'RestorationFID', 'RestorationLPIPS',
    'RestorationQuality', 'SegmentationIoU'
]
