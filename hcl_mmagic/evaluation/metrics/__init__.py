"""Metrics for MMagic's evaluator."""
from .mask_detection import MaskDetection
from .restoration import RestorationPSNR

__all__ = ['MaskDetection', 'RestorationPSNR']
