"""The same masks, scored by mmsegmentation."""
from typing import TYPE_CHECKING, Any, Dict, List

import numpy as np
import torch
from mmagic.registry import METRICS

from hcl_mmagic.errors import IncompatibleStackError
from .binned_metric import BinnedMetric, Row, get_array

if TYPE_CHECKING:  # importing it costs seconds
    from mmseg.evaluation import IoUMetric

CLASSES = ('intact', 'corrupted')
# What mmsegmentation's metric keeps of an image: pixels per class.
AREAS = ('intersection', 'union', 'predicted', 'true')


@METRICS.register_module()
class SegmentationIoU(BinnedMetric):
    """Scores of the detected mask as mmsegmentation's ``IoUMetric`` has them.

    A check of :class:`MaskDetection` by other people's code, and the figures
    that papers on segmentation state. That metric adds up the pixels of all
    images before it divides; :class:`MaskDetection` averages over the images.
    Here are both, so that the two can be compared. A class absent from
    prediction and truth scores 1.

    Every sample must hold the true ``mask`` ``(1, H, W)``, 1 = corrupted,
    0 = intact, and ``pred_mask`` ``(1, H, W)`` in ``output``.

    Result keys, higher is better, in [0, 1] where mmsegmentation prints
    percent:

    - ``mmseg_aAcc``, ``mmseg_mIoU``, ``mmseg_IoU_intact``,
      ``mmseg_IoU_corrupted``: of the pixels of all images.
    - ``mmseg_IoU_intact_per_image``, ``mmseg_IoU_corrupted_per_image``: of
      each image, then averaged; equal to ``IoU_intact`` and ``IoU_corrupted``
      of :class:`MaskDetection`.

    Args:
        **kwargs: See :class:`BinnedMetric`.
    """

    metric = 'SegmentationIoU'

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.iou_metric = _build_iou_metric()

    def score_sample(self, data_sample: dict) -> Row:
        """Areas of one image by mmsegmentation, in pixels: ``(2,)`` each,
        float64."""
        maps = {
            key:
            dict(data=torch.from_numpy(get_array(source, mask) > 0.5).long())
            for key, source, mask in (('pred_sem_seg', data_sample['output'],
                                       'pred_mask'), ('gt_sem_seg',
                                                      data_sample, 'mask'))
        }
        self.iou_metric.process({}, [maps])
        areas = self.iou_metric.results.pop()
        # float32 cannot add up the pixels of many images
        return {key: area.double() for key, area in zip(AREAS, areas)}

    def summarize(self, rows: List[Row], suffix: str = '') -> Dict[str, float]:
        """Scores of the pixels of all images, and means over the images."""
        totals = self._scores(
            {key: sum(row[key] for row in rows)
             for key in AREAS})
        per_image = np.mean([self._scores(row)['IoU'] for row in rows], axis=0)
        metrics = {'aAcc': totals['aAcc'], 'mIoU': totals['IoU'].mean()}
        for index, name in enumerate(CLASSES):
            metrics[f'IoU_{name}'] = totals['IoU'][index]
            metrics[f'IoU_{name}_per_image'] = per_image[index]
        return {f'mmseg_{key}': float(value) for key, value in metrics.items()}

    def _scores(self, areas: Row) -> Dict[str, np.ndarray]:
        """``aAcc``, and per class ``IoU`` and ``Acc``."""
        return self.iou_metric.total_area_to_metrics(
            *(areas[key] for key in AREAS), self.iou_metric.metrics,
            self.iou_metric.nan_to_num)


def _build_iou_metric() -> 'IoUMetric':
    """The metric, from mmsegmentation's registry."""
    try:
        from mmseg.registry import METRICS as MMSEG_METRICS
    except ModuleNotFoundError as error:
        raise IncompatibleStackError(
            'SegmentationIoU needs mmsegmentation, which is not installed '
            f"({error}): pip install 'mmsegmentation==1.2.2'") from error
    metric = MMSEG_METRICS.build(
        dict(type='IoUMetric', nan_to_num=1, prefix='mmseg', _scope_='mmseg'))
    metric.dataset_meta = dict(classes=CLASSES)
    return metric
