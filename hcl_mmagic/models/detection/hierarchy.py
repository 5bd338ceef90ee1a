"""Coarse-to-fine detection: clusters, their orientation, the sure pixels."""

from dataclasses import dataclass, fields, replace
from typing import Callable, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ..functional import erode, resize_mask, upsample_quadtree
from .two_means import (farthest_pairs, fixed_pixels, soft_two_means,
                        split_by_means)

# (members (N, P), restarts R) -> pixel indices (N, R)
PixelChoice = Callable[[Tensor, int], Tensor]

FINER_CENTRES = ('clustered', 'inherited')


@dataclass(frozen=True, kw_only=True)
class DetectedMasks:
    """What a detector found, per stage (index 0 = finest).

    Every map is ``(N, 1, Hs, Ws)``. No gradient flows through any of them.

    Args:
        log_odds (tuple[Tensor]): Log-odds of 'corrupted', for all pixels,
            float32.
        mask_prob (tuple[Tensor]): Probability of 'corrupted' in [0, 1] that
            counts.
        centres (tuple[Tensor]): Mean vectors ``(N, 2, C)`` of the intact and
            of the corrupted side; none of a detector without clusters.
    """
    log_odds: Tuple[Tensor, ...]
    mask_prob: Tuple[Tensor, ...]
    centres: Tuple[Tensor, ...] = ()

    @property
    def mask(self) -> Tuple[Tensor, ...]:
        """Detected mask of each stage, 1 = corrupted, 0 = intact, float."""
        return tuple((prob > 0.5).float() for prob in self.mask_prob)

    def at_size(self, size: Sequence[int]) -> Tuple[Tensor, ...]:
        """Probability of 'corrupted' in [0, 1] of each stage at the picture's
        height and width, ``(N, 1, *size)``, finest stage first."""
        return tuple(resize_mask(prob, size) for prob in self.mask_prob)


@dataclass(frozen=True, kw_only=True)
class MaskHierarchy(DetectedMasks):
    """What clustering found, coarse to fine.

    ``log_odds`` are those of each stage's own clusters, ``mask_prob`` has
    accumulated: this stage's on the uncertain pixels, inherited elsewhere.
    ``centres`` are zero where an image had nothing left to cluster.

    Args:
        uncertain (tuple[Tensor]): Pixels clustered at this stage, because no
            coarser stage was sure of them, bool.
        sure_intact (tuple[Tensor]): Pixels it is sure are intact, bool.
        sure_corrupted (tuple[Tensor]): Pixels it is sure are corrupted, bool.
    """
    uncertain: Tuple[Tensor, ...]
    sure_intact: Tuple[Tensor, ...]
    sure_corrupted: Tuple[Tensor, ...]

    def swapped(self, swap: Tensor) -> 'MaskHierarchy':
        """Exchange the roles of the two clusters of some images, ``(N,)``,
        bool: what detection from the other start would have found, as its
        rules treat both sides alike."""
        of_map = swap[:, None, None, None]

        def exchange(one: Sequence[Tensor],
                     other: Sequence[Tensor]) -> Tuple[Tensor, ...]:
            return tuple(torch.where(of_map, b, a) for a, b in zip(one, other))

        return replace(
            self,
            log_odds=exchange(self.log_odds, [-x for x in self.log_odds]),
            mask_prob=exchange(self.mask_prob,
                               [1 - x for x in self.mask_prob]),
            sure_intact=exchange(self.sure_intact, self.sure_corrupted),
            sure_corrupted=exchange(self.sure_corrupted, self.sure_intact),
            centres=tuple(
                torch.where(swap[:, None, None], x.flip(1), x)
                for x in self.centres))

    def with_coarser(self, num_stages: int) -> 'MaskHierarchy':
        """Add coarser stages that were not looked at: averages of 2x2 pixels.
        No pixel of those is sure, and they have the centres of the coarsest
        stage so far."""
        stages = [self]
        for _ in range(num_stages):
            coarsest = stages[-1]
            prob = F.avg_pool2d(coarsest.mask_prob[-1], 2)
            seen = F.max_pool2d(coarsest.uncertain[-1].float(), 2) > 0
            log_odds = prob.logit()
            stages.append(
                MaskHierarchy(
                    log_odds=(log_odds, ),
                    mask_prob=(log_odds.sigmoid(), ),
                    centres=coarsest.centres[-1:],
                    uncertain=(seen, ),
                    sure_intact=(torch.zeros_like(seen), ),
                    sure_corrupted=(torch.zeros_like(seen), )))
        return _joined(stages)


def _joined(parts: Sequence[MaskHierarchy]) -> MaskHierarchy:
    """The stages of several hierarchies, one after the other."""
    return MaskHierarchy(
        **{
            field.name: sum((getattr(part, field.name) for part in parts), ())
            for field in fields(MaskHierarchy)
        })


@torch.no_grad()
def build_mask_hierarchy(
        projections: Sequence[Tensor],
        *,
        sure_fractions: Sequence[float] = (1.0, 0.95, 0.95),
        num_iterations: int = 3,
        num_restarts: int = 1,
        temperature: float = 0.1,
        finer_centres: str = 'clustered',
        inside: Optional[Sequence[Tensor]] = None,
        first_pixels: PixelChoice = fixed_pixels) -> MaskHierarchy:
    """Split the pixels of each picture, from the coarsest stage to the finest.

    HCL section 3.2.2. Each stage clusters the pixels that no coarser stage was
    sure of, and becomes sure of some of them. Which side is the corrupted one
    is not known yet: the result takes cluster 1 of the coarsest stage for it,
    and :meth:`MaskHierarchy.swapped` puts that right. For the 2-means see
    :mod:`.two_means`.

    Args:
        projections (Sequence[Tensor]): Unit vectors per stage, finest first,
            ``(N, C, Hs, Ws)``; each stage twice the size of the next.
        sure_fractions (Sequence[float]): Per stage, the share of each side's
            pixels, the most certain ones, that counts as sure.
        num_iterations (int): Of the 2-means.
        num_restarts (int): Of the 2-means.
        temperature (float): Of the 2-means.
        finer_centres (str): Where the finer stages get their centres from.
            'clustered': a 2-means of their own on the uncertain pixels (the
            authors' code). 'inherited': the mean vectors, at that stage, of
            the two sides of the mask found so far. A 2-means that sees nothing
            but uncertain pixels easily splits them along something else.
        inside (Sequence[Tensor], optional): Per stage, the pixels that show
            the picture and not its padding, ``(1, 1, Hs, Ws)``, bool.
        first_pixels (Callable): Chooses the pixels that the 2-means starts
            from, such as :func:`~.two_means.fixed_pixels`.
    """
    stages: List[MaskHierarchy] = []
    for index in range(len(projections) - 1, -1, -1):
        projection = projections[index].float()
        seen = torch.ones_like(projection[:, :1], dtype=torch.bool)
        if inside is not None:
            seen = seen & inside[index]
        uncertain, inherited_prob = _inherit(stages[-1] if stages else None,
                                             seen)
        if stages and finer_centres == 'inherited':
            centres, log_odds = split_by_means(projection, inherited_prob
                                               > 0.5, seen, temperature)
        else:
            members, vectors = uncertain.flatten(1), projection.flatten(2)
            start = farthest_pairs(vectors, members,
                                   first_pixels(members, num_restarts))
            centres, log_odds = soft_two_means(vectors, members, start,
                                               num_iterations, temperature)
            log_odds = log_odds.view_as(uncertain)
            if stages:
                centres, log_odds = _in_order(stages[-1].centres[0], centres,
                                              log_odds)
        sure_intact, sure_corrupted = sure_sets(log_odds, seen,
                                                sure_fractions[index])
        stages.append(
            MaskHierarchy(
                log_odds=(log_odds, ),
                mask_prob=(torch.where(uncertain, log_odds.sigmoid(),
                                       inherited_prob), ),
                centres=(centres, ),
                uncertain=(uncertain, ),
                sure_intact=(sure_intact & uncertain, ),
                sure_corrupted=(sure_corrupted & uncertain, )))
    return _joined(stages[::-1])


def _inherit(coarser: Optional[MaskHierarchy],
             seen: Tensor) -> Tuple[Tensor, Tensor]:
    """Uncertain pixels and accumulated probability left by the coarser stage.
    """
    if coarser is None:
        return seen, torch.full_like(seen, 0.5, dtype=torch.float32)
    unsure = coarser.uncertain[0] & ~(
        coarser.sure_intact[0] | coarser.sure_corrupted[0])
    return (upsample_quadtree(unsure) & seen,
            upsample_quadtree(coarser.mask_prob[0]))


def _in_order(coarser_centres: Tensor, centres: Tensor,
              log_odds: Tensor) -> Tuple[Tensor, Tensor]:
    """Swap clusters that put the coarser stage's centres in reverse order."""
    cosine = coarser_centres @ centres.transpose(1, 2)
    odds = cosine[..., 1] - cosine[..., 0]  # (N, 2): coarser intact, corrupted
    swap = (odds[:, 0] > odds[:, 1])[:, None, None]
    return (torch.where(swap, centres.flip(1), centres),
            torch.where(swap[..., None], -log_odds, log_odds))


def sure_sets(log_odds: Tensor, seen: Tensor,
              fraction: float) -> Tuple[Tensor, Tensor]:
    """The most certain pixels of each side, minus the sets' own edge. Ranked
    by log-odds: the sigmoid saturates and would leave the order of the surest
    pixels to chance."""
    corrupted = (log_odds > 0) & seen
    intact = (log_odds <= 0) & seen
    if fraction < 1:
        # From the surest intact to the surest corrupted pixel; the padding
        # lies between them.
        order = log_odds.masked_fill(~seen, 0).flatten(1).argsort(1)
        position = torch.arange(order.shape[1], device=order.device)
        rank = torch.empty_like(order).scatter_(1, order,
                                                position.expand_as(order))
        num_intact, num_corrupted = ((side.flatten(1).sum(1, keepdim=True) *
                                      fraction).floor()
                                     for side in (intact, corrupted))
        intact = intact & (rank < num_intact).view_as(intact)
        corrupted = corrupted & (rank >= rank.shape[1] -
                                 num_corrupted).view_as(intact)
    return (intact & erode(intact | ~seen),
            corrupted & erode(corrupted | ~seen))
