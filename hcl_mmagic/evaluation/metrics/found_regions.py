"""How many regions of damage were found."""
from mmagic.registry import METRICS

from ..functional import ALTERED_SHARE, found_region_scores
from .binned_metric import BinnedMetric, Row, get_array


@METRICS.register_module()
class FoundRegions(BinnedMetric):
    """What of the damage was found, by regions and within 3 pixels.

    Beside :class:`MaskDetection`, whose scores of thin damage fall with every
    pixel that a line lies beside the truth. Every sample must hold the true
    ``mask`` ``(1, H, W)`` and in ``output`` ``pred_mask`` ``(1, H, W)``,
    1 = corrupted, 0 = intact.

    Result keys, means over the images that have such pixels: ``Marked``,
    ``Recall_3px``, ``RegionRecall``, ``RegionPrecision``, see
    :func:`~hcl_mmagic.evaluation.functional.found_region_scores`; and
    ``Altered``, the share of the images that have more than half a percent of
    their pixels marked.

    Args:
        **kwargs: See :class:`BinnedMetric`.
    """

    metric = 'FoundRegions'

    def score_sample(self, data_sample: dict) -> Row:
        """Scores of one detected mask."""
        scores: Row = dict(
            found_region_scores(
                get_array(data_sample['output'], 'pred_mask')[0],
                get_array(data_sample, 'mask')[0]))
        scores['Altered'] = float(scores['Marked'] > ALTERED_SHARE)
        return scores
