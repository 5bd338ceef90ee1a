"""Metrics for MMagic's evaluator."""
from .found_regions import FoundRegions
from .image_count import ImageCount
from .mask_detection import MaskDetection
from .restoration import RestorationQuality
from .restoration_fid import RestorationFID
from .restoration_lpips import RestorationLPIPS
from .segmentation_iou import SegmentationIoU

__all__ = [
    'FoundRegions', 'ImageCount', 'MaskDetection', 'RestorationFID',
    'RestorationLPIPS', 'RestorationQuality', 'SegmentationIoU'
]
