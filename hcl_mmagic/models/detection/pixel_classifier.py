"""Per-pixel classification: the detector that HCL is compared with."""

from typing import Dict, List, Optional, Sequence, Tuple

import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from ..functional import (at_least_float32, average_to, enlarge,
                          upsample_quadtree)
from .detector import StageHeads
from .hierarchy import DetectedMasks


@MODELS.register_module()
class PixelClassifierHead(StageHeads):
    """Finds the corrupted pixels by classifying each of them.

    The straightforward way that HCL argues against (section 1): binary
    cross-entropy of every pixel, in place of contrast and clusters. It has
    the projection heads of :class:`ContrastiveDetectorHead`, with one output
    each; the log-odds of a stage are added to those of the next coarser one.
    Every stage is trained.

    Args:
        stage_channels (Sequence[int]): Channels of the encoder's features,
            finest first.
        hidden_channels (int): Width of each perceptron's hidden layer.
        fuse_stages (bool): Let each stage see the next coarser one's
            features.
        loss_weight (float): Weight of the binary cross-entropy.
        overlap_weight (float): Weight of a soft Jaccard loss, 1 - IoU of the
            probabilities (`Rahman and Wang
            <https://doi.org/10.1007/978-3-319-50835-1_22>`_, 2016), beside
            it. The cross-entropy cares about pixels; where little of a
            picture is damaged it is content to find nothing.
    """

    def __init__(self,
                 *,
                 stage_channels: Sequence[int] = (64, 128, 256),
                 hidden_channels: int = 128,
                 fuse_stages: bool = True,
                 loss_weight: float = 1.0,
                 overlap_weight: float = 0.0) -> None:
        super().__init__(
            stage_channels=stage_channels,
            out_channels=1,
            hidden_channels=hidden_channels,
            fuse_stages=fuse_stages,
            num_heads=len(stage_channels))
        self.loss_weight = loss_weight
        self.overlap_weight = overlap_weight

    def forward(
        self,
        features: Sequence[Tensor],
        mask: Optional[Tensor] = None,
        inside: Optional[Sequence[Tensor]] = None
    ) -> Tuple[DetectedMasks, Dict[str, Tensor]]:
        """See :meth:`~.detector.ContrastiveDetectorHead.forward`."""
        log_odds = self._log_odds(features)
        detached = tuple(odds.detach() for odds in log_odds)
        found = DetectedMasks(
            log_odds=detached,
            mask_prob=tuple(odds.sigmoid() for odds in detached))
        if mask is None:
            return found, {}
        return found, self._losses(log_odds, mask)

    def _losses(self, log_odds: Sequence[Tensor],
                mask: Tensor) -> Dict[str, Tensor]:
        """Losses of every stage against the corrupted share of each patch; of
        the finest one against the mask itself, enlarged as for the result."""
        losses: Dict[str, Tensor] = {}
        finest = enlarge(log_odds[0], mask.shape[-2:])
        for stage, odds in enumerate([finest, *log_odds[1:]]):
            share = average_to(mask, odds.shape[-2:])
            losses[f'loss_pixel_s{stage}'] = (
                self.loss_weight *
                F.binary_cross_entropy_with_logits(odds, share))
            if self.overlap_weight:
                losses[f'loss_overlap_s{stage}'] = (
                    self.overlap_weight *
                    soft_jaccard(odds.sigmoid(), share).mean())
        return losses

    def _log_odds(self, features: Sequence[Tensor]) -> List[Tensor]:
        """Log-odds of 'corrupted' per stage, (N, 1, Hs, Ws), float32."""
        log_odds: List[Tensor] = []
        for own in reversed(self.of_stages(features)):
            odds = at_least_float32(own)
            if log_odds:
                odds = odds + upsample_quadtree(log_odds[-1])
            log_odds.append(odds)
        return log_odds[::-1]


def soft_jaccard(prob: Tensor, share: Tensor) -> Tensor:
    """1 - IoU of each image, ``(N,)`` in [0, 1], of a probability and a true
    share of 'corrupted', ``(N, 1, H, W)``. One pixel counts as found in any
    case, so an intact image, too, has a gradient."""
    common = (prob * share).sum((1, 2, 3)) + 1
    return 1 - common / (prob + share - prob * share).sum((1, 2, 3)).add(1)
