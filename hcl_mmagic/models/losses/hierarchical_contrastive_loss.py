"""Hierarchical contrastive loss: which pixels are compared, per stage."""

from typing import Dict, List, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..detection import MaskHierarchy
from ..functional import at_least_float32, erode, patch_shares
from .circle_loss import CircleLoss

# Pixel indices (N, K) and whether each slot is filled (N, K).
Selection = Tuple[Tensor, Tensor]


@MODELS.register_module()
class HierarchicalContrastiveLoss(nn.Module):
    """Contrastive loss of every stage of the detector (HCL, equation 2).

    As in the authors' code, the anchors of a stage are random pixels among
    those it has to cluster, as far as their patch of the true mask is pure,
    and the loss is their mean; the paper sums, and takes the pixels that the
    coarser stage was sure of for anchors, too. Each anchor is compared with
    all anchors of its image and with reference pixels that the coarser stage
    was sure of (detached), chosen at the edge of the sure sets and at both
    ends of their confidence.

    Args:
        num_anchors (int): Anchors per image and stage at most.
        num_references (int): References from the coarser stage at most, one
            half from the sure intact and one from the sure corrupted pixels.
        hard_mining (bool): Choose the references as above; otherwise at
            random (the ablation 'without sample selection').
        start_stage (int): Finest stage with a loss; 0 is the finest of all.
            The authors' code has it for ablations.
        temperature (float): Temperature of the circle loss.
        loss_weight (float): Weight of the loss.
    """

    def __init__(self,
                 *,
                 num_anchors: int = 512,
                 num_references: int = 512,
                 hard_mining: bool = True,
                 start_stage: int = 0,
                 temperature: float = 0.1,
                 loss_weight: float = 0.1) -> None:
        super().__init__()
        self.num_anchors = num_anchors
        self.num_references = num_references
        self.hard_mining = hard_mining
        self.start_stage = start_stage
        self.loss_weight = loss_weight
        self.circle_loss = CircleLoss(temperature=temperature)

    def forward(self, projections: Sequence[Tensor], hierarchy: MaskHierarchy,
                mask: Tensor) -> Dict[str, Tensor]:
        """Loss of each stage, averaged over anchors and then over images.

        Args:
            projections (Sequence[Tensor]): Unit vectors per stage, finest
                first, ``(N, C, Hs, Ws)``.
            hierarchy (MaskHierarchy): What the detector made of them.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float; any size of at least the finest
                stage's.

        Returns:
            dict[str, Tensor]: ``loss_contrast_s0``, ``loss_contrast_s1``, ...
            for every stage from ``start_stage`` on; their sum is the third
            term of the paper's equation 13.
        """
        shares = patch_shares(mask, projections)
        losses = {}
        for stage in range(self.start_stage, len(projections)):
            projection = projections[stage]
            share = shares[stage]
            candidates = hierarchy.uncertain[stage] & ((share == 0) |
                                                       (share == 1))
            anchor, filled = select_randomly(
                candidates.flatten(1), self.num_anchors)
            anchors = _take(projection, anchor)
            labels = share.flatten(1).gather(1, anchor) > 0.5
            references = [(anchors, labels, filled)]
            if stage + 1 < len(projections):
                references += self._references(projections[stage + 1],
                                               hierarchy, stage + 1)
            vectors, classes, present = zip(*references)
            per_anchor = self.circle_loss(anchors, labels,
                                          torch.cat(vectors, 2),
                                          torch.cat(classes, 1),
                                          torch.cat(present, 1).to(anchors))
            count = filled.sum(1).clamp(min=1)
            per_image = (per_anchor * filled).sum(1) / count
            losses[f'loss_contrast_s{stage}'] = (
                self.loss_weight * per_image.mean())
        return losses

    def _references(self, projection: Tensor, hierarchy: MaskHierarchy,
                    stage: int) -> List[Tuple[Tensor, Tensor, Tensor]]:
        """Detached vectors (N, C, K), their class and their presence (N, K)
        from each of a stage's sure sets."""
        limit = self.num_references // 2
        order = hierarchy.log_odds[stage].flatten(1).argsort(
            1, descending=True) if self.hard_mining else None
        references = []
        for corrupted, sure in ((False, hierarchy.sure_intact[stage]),
                                (True, hierarchy.sure_corrupted[stage])):
            if order is not None:
                index, present = select_hardest(sure, order, limit)
            else:
                index, present = select_randomly(sure.flatten(1), limit)
            references.append(
                (_take(projection.detach(),
                       index), torch.full_like(present, corrupted), present))
        return references


def select_randomly(candidates: Tensor, limit: int) -> Selection:
    """Draw at most ``limit`` of the candidates ``(N, P)``, bool, of each image
    without repetition from torch's global generator: indices and whether each
    slot is filled, both ``(N, K)``, K = min(limit, P)."""
    scores = torch.rand(candidates.shape, device=candidates.device)
    score, index = scores.masked_fill(~candidates, -1).topk(
        min(limit, candidates.shape[1]), sorted=False)
    return index, score >= 0


def select_hardest(sure: Tensor, order: Tensor, limit: int) -> Selection:
    """Choose at most ``limit`` of a sure set's most telling pixels, see
    :func:`select_randomly` for the result.

    All of the set if it has no more than the limit. Else half of the limit
    from its one-pixel edge (fewer if the edge is shorter), the rest from its
    interior, and of each the least and the most confident ones in equal
    halves.

    Args:
        sure (Tensor): The set, ``(N, 1, H, W)``, bool.
        order (Tensor): Pixel indices from 'corrupted' to 'intact', ``(N, P)``.
        limit (int): Pixels per image at most.
    """
    edge = sure & ~erode(sure)
    edge, interior = (
        part.flatten(1).gather(1, order) for part in (edge, sure & ~edge))
    num_edge, num_interior = edge.sum(1), interior.sum(1)
    from_edge = num_edge.clamp(max=limit // 2)
    from_interior = torch.minimum(limit - from_edge, num_interior)
    everything = num_edge + num_interior <= limit
    chosen = (
        _both_ends(edge, torch.where(everything, num_edge, from_edge))
        | _both_ends(interior,
                     torch.where(everything, num_interior, from_interior)))
    value, position = chosen.float().topk(
        min(limit, chosen.shape[1]), sorted=False)
    return order.gather(1, position), value > 0


def _both_ends(members: Tensor, count: Tensor) -> Tensor:
    """First and last ``count / 2`` of the members along an ordering, (N, P).
    """
    rank = members.cumsum(1) - 1
    first = (count // 2)[:, None]
    last = (members.sum(1) - (count - count // 2))[:, None]
    return members & ((rank < first) | (rank >= last))


def _take(projection: Tensor, index: Tensor) -> Tensor:
    """Vectors of (N, C, H, W) at (N, K) pixel indices, (N, C, K)."""
    index = index[:, None].expand(-1, projection.shape[1], -1)
    return at_least_float32(projection.flatten(2).gather(2, index))
