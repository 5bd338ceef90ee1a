"""Scores of detection and restoration."""
from .metrics import (ImageCount, MaskDetection, RestorationFID,
                      RestorationLPIPS, RestorationQuality)

__all__ = [
    'ImageCount', 'MaskDetection', 'RestorationFID', 'RestorationLPIPS',
    'RestorationQuality'
]
