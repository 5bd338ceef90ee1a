"""Scores of detection and restoration."""
from .metrics import MaskDetection, RestorationPSNR

__all__ = ['MaskDetection', 'RestorationPSNR']
