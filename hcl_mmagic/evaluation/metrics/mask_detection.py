"""How well the corrupted pixels were found."""
from mmagic.registry import METRICS

from ..functional import iou, is_oriented, mask_scores
from .binned_metric import BinnedMetric, Row, get_array


@METRICS.register_module()
class MaskDetection(BinnedMetric):
    """Scores of the detected corruption mask, per image, then averaged.

    Masks are 1 = corrupted, 0 = intact. The paper's F1 and IoU are those of
    the *intact* class (``F1_intact``, ``IoU_intact``); those of the corrupted
    class are stricter, as that class is usually the smaller one. A class
    absent from prediction and truth scores 1, one absent from the truth but
    predicted scores 0.

    Every sample must hold the true ``mask`` ``(1, H, W)`` and, in ``output``,
    ``pred_mask`` ``(1, H, W)`` in {0, 1}, ``mask_prob`` ``(1, H, W)`` in
    [0, 1], and ``stage_mask_prob`` ``(S, H, W)`` in [0, 1], stage 0 = finest.
    Samples are not modified.

    Result keys (all means over the images):

    - ``BCE`` (lower is better, nats), ``Accuracy``, ``F1_corrupted``,
      ``F1_intact``, ``IoU_corrupted``, ``IoU_intact``: the finest stage.
    - the same with ``_s1``, ``_s2``, ...: the accumulated probability after
      stage 1, 2, ..., a pixel being corrupted if its probability is > 0.5.
    - ``OrientationAccuracy``: share of the images in which the coarsest
      stage's map is nearer (L1) to the truth than its complement is, that is,
      the two clusters are named the right way round. A tie is right.
    - ``IoU_corrupted_oracle``: ``IoU_corrupted`` after swapping the classes of
      the images whose orientation is wrong ('oriented by the true mask').

    Args:
        **kwargs: See :class:`BinnedMetric`.
    """

    metric = 'MaskDetection'

    def score_sample(self, data_sample: dict) -> Row:
        """Scores of one detected mask."""
        mask = get_array(data_sample, 'mask')
        output = data_sample['output']
        pred_mask = get_array(output, 'pred_mask')
        stage_mask_prob = get_array(output, 'stage_mask_prob')

        scores: Row = {}
        scores.update(
            mask_scores(pred_mask, get_array(output, 'mask_prob'), mask))
        for stage in range(1, len(stage_mask_prob)):
            mask_prob = stage_mask_prob[stage:stage + 1]
            for key, score in mask_scores(mask_prob > 0.5, mask_prob,
                                          mask).items():
                scores[f'{key}_s{stage}'] = score

        oriented = is_oriented(stage_mask_prob[-1:], mask)
        scores['OrientationAccuracy'] = float(oriented)
        scores['IoU_corrupted_oracle'] = iou(
            pred_mask if oriented else 1 - pred_mask, mask)
        return scores
