"""Coarse-to-fine detection: clusters, their orientation, the sure pixels."""

from dataclasses import dataclass, replace
from typing import Callable, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .morphology import enlarge, erode, resize_mask, upsample_quadtree
from .soft_two_means import (farthest_pairs, fixed_pixels, soft_two_means,
                             split_by_means)

# (members (N, P), restarts R) -> pixel indices (N, R)
PixelChoice = Callable[[Tensor, int], Tensor]

FINER_CENTRES = ('clustered', 'inherited')


@dataclass(frozen=True)
class MaskHierarchy:
    """What the detector found, per stage (index 0 = finest).

    Every map is ``(N, 1, Hs, Ws)``. No gradient flows through any of them.

    Args:
        log_odds (tuple[Tensor]): Log-odds of 'corrupted' by this stage's own
            clusters, for all pixels, float32.
        mask_prob (tuple[Tensor]): Accumulated probability of 'corrupted' in
            [0, 1]: this stage's on the uncertain pixels, inherited elsewhere.
        uncertain (tuple[Tensor]): Pixels clustered at this stage, because no
            coarser stage was sure of them, bool.
        sure_intact (tuple[Tensor]): Pixels this stage is sure are intact,
            bool.
        sure_corrupted (tuple[Tensor]): Pixels this stage is sure are
            corrupted, bool.
        centres (tuple[Tensor]): Cluster centres ``(N, 2, C)``: intact, then
            corrupted. Zero where an image had nothing left to cluster.
    """
    log_odds: Tuple[Tensor, ...]
    mask_prob: Tuple[Tensor, ...]
    uncertain: Tuple[Tensor, ...]
    sure_intact: Tuple[Tensor, ...]
    sure_corrupted: Tuple[Tensor, ...]
    centres: Tuple[Tensor, ...]

    @property
    def mask(self) -> Tuple[Tensor, ...]:
        """Detected mask of each stage, 1 = corrupted, 0 = intact, float."""
        return tuple((prob > 0.5).float() for prob in self.mask_prob)

    def at_size(self,
                size: Tuple[int, int],
                smooth: bool = False) -> Tuple[Tensor, ...]:
        """Probability of 'corrupted' of each stage at the picture's size.

        Args:
            size (tuple[int, int]): Height and width of the picture.
            smooth (bool): Interpolate bilinearly instead of repeating pixels.

        Returns:
            tuple[Tensor]: ``(N, 1, *size)`` in [0, 1], finest stage first.
        """
        resize = enlarge if smooth else resize_mask
        return tuple(resize(prob, size) for prob in self.mask_prob)

    def __getitem__(self, index: int) -> 'MaskHierarchy':
        """What was found in one picture of the batch."""
        return MaskHierarchy(
            **{
                name:
                tuple(stage[index:index + 1] for stage in getattr(self, name))
                for name in self.__dataclass_fields__
            })

    def swapped(self, swap: Tensor) -> 'MaskHierarchy':
        """Exchange the roles of the two clusters.

        Args:
            swap (Tensor): Images to do it for, ``(N,)``, bool.

        Returns:
            MaskHierarchy: What detection from the other start would have
            found, as its rules treat both sides alike.
        """
        of_map = swap[:, None, None, None]

        def exchange(one: Sequence[Tensor],
                     other: Sequence[Tensor]) -> Tuple[Tensor, ...]:
            return tuple(torch.where(of_map, b, a) for a, b in zip(one, other))

        return MaskHierarchy(
            log_odds=exchange(self.log_odds, [-x for x in self.log_odds]),
            mask_prob=exchange(self.mask_prob,
                               [1 - x for x in self.mask_prob]),
            uncertain=self.uncertain,
            sure_intact=exchange(self.sure_intact, self.sure_corrupted),
            sure_corrupted=exchange(self.sure_corrupted, self.sure_intact),
            centres=tuple(
                torch.where(swap[:, None, None], x.flip(1), x)
                for x in self.centres))

    @classmethod
    def of_log_odds(cls, log_odds: Sequence[Tensor],
                    seen: Sequence[Tensor]) -> 'MaskHierarchy':
        """What a detector found that classifies pixels, without clusters.

        Args:
            log_odds (Sequence[Tensor]): Log-odds of 'corrupted' per stage,
                finest first, ``(N, 1, Hs, Ws)``.
            seen (Sequence[Tensor]): Per stage, the pixels that are not
                padding, same shape, bool.

        Returns:
            MaskHierarchy: Of detached maps; no pixel is sure, no image has
            centres.
        """
        log_odds = tuple(odds.detach() for odds in log_odds)
        nowhere = tuple(torch.zeros_like(pixels) for pixels in seen)
        return cls(
            log_odds=log_odds,
            mask_prob=tuple(odds.sigmoid() for odds in log_odds),
            uncertain=tuple(seen),
            sure_intact=nowhere,
            sure_corrupted=nowhere,
            centres=tuple(
                odds.new_zeros(len(odds), 2, 0) for odds in log_odds))

    def with_coarser(self, num_stages: int) -> 'MaskHierarchy':
        """Add coarser stages that were not looked at: averages of 2x2 pixels.

        Args:
            num_stages (int): How many.

        Returns:
            MaskHierarchy: The same stages and those; no pixel of those is
            sure, and they have the centres of the coarsest one so far.
        """
        hierarchy = self
        for _ in range(num_stages):
            prob = F.avg_pool2d(hierarchy.mask_prob[-1], 2)
            seen = F.max_pool2d(hierarchy.uncertain[-1].float(), 2) > 0
            added = MaskHierarchy.of_log_odds([prob.logit()], [seen])
            added = replace(added, centres=hierarchy.centres[-1:])
            hierarchy = MaskHierarchy(
                **{
                    name: getattr(hierarchy, name) + getattr(added, name)
                    for name in self.__dataclass_fields__
                })
        return hierarchy


@dataclass(frozen=True)
class _Stage:
    """One stage of the hierarchy; the fields are those of MaskHierarchy."""
    log_odds: Tensor
    mask_prob: Tensor
    uncertain: Tensor
    sure_intact: Tensor
    sure_corrupted: Tensor
    centres: Tensor


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

    HCL section 3.2.2. Each stage clusters the pixels that no coarser stage
    was sure of, and becomes sure of some of them. Which side is the corrupted
    one is not known yet: the result takes cluster 1 of the coarsest stage for
    it, and :meth:`MaskHierarchy.swapped` puts that right.

    Args:
        projections (Sequence[Tensor]): Unit vectors per stage, finest first,
            ``(N, C, Hs, Ws)``; each stage twice the size of the next.
        sure_fractions (Sequence[float]): Per stage, the share of each side's
            pixels, the most certain ones, that counts as sure.
        num_iterations (int): Iterations of the 2-means.
        num_restarts (int): Restarts of the 2-means.
        temperature (float): Temperature of the 2-means.
        finer_centres (str): Where the finer stages get their centres from.
            'clustered': a 2-means of their own on the uncertain pixels (the
            authors' code). 'inherited': the mean vectors, at that stage, of the
            two sides of the mask found so far. A 2-means that sees nothing
            but uncertain pixels easily splits them along something else.
        inside (Sequence[Tensor], optional): Per stage, the pixels that show
            the picture and not its padding, ``(1, 1, Hs, Ws)``, bool. Padding
            takes no part. Defaults to all.
        first_pixels (Callable): Chooses the pixels ``(N, R)`` that the
            2-means starts from, given the members ``(N, P)`` and the number
            of restarts R.

    Returns:
        MaskHierarchy: The maps of every stage.
    """
    stages: List[_Stage] = []
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
                centres, log_odds = _in_order(stages[-1].centres, centres,
                                              log_odds)
        sure_intact, sure_corrupted = _sure_sets(log_odds, seen,
                                                 sure_fractions[index])
        stages.append(
            _Stage(
                log_odds=log_odds,
                mask_prob=torch.where(uncertain, log_odds.sigmoid(),
                                      inherited_prob),
                uncertain=uncertain,
                sure_intact=sure_intact & uncertain,
                sure_corrupted=sure_corrupted & uncertain,
                centres=centres))
    stages.reverse()
    return MaskHierarchy(
        **{
            name: tuple(getattr(stage, name) for stage in stages)
            for name in MaskHierarchy.__dataclass_fields__
        })


def _inherit(coarser: Optional[_Stage], seen: Tensor) -> Tuple[Tensor, Tensor]:
    """Uncertain pixels and accumulated probability left by the coarser
    stage."""
    if coarser is None:
        return seen, torch.full_like(seen, 0.5, dtype=torch.float32)
    unsure = coarser.uncertain & ~(
        coarser.sure_intact | coarser.sure_corrupted)
    return (upsample_quadtree(unsure) & seen,
            upsample_quadtree(coarser.mask_prob))


def _in_order(coarser_centres: Tensor, centres: Tensor,
              log_odds: Tensor) -> Tuple[Tensor, Tensor]:
    """Swap clusters that put the coarser stage's centres in reverse order."""
    cosine = coarser_centres @ centres.transpose(1, 2)
    odds = cosine[..., 1] - cosine[..., 0]  # (N, 2): coarser intact, corrupted
    swap = (odds[:, 0] > odds[:, 1])[:, None, None]
    return (torch.where(swap, centres.flip(1), centres),
            torch.where(swap[..., None], -log_odds, log_odds))


def _sure_sets(log_odds: Tensor, seen: Tensor,
               fraction: float) -> Tuple[Tensor, Tensor]:
    """The most certain pixels of each side, minus the sets' own edge.

    Ranks by log-odds instead of probability: the sigmoid saturates and would
    leave the order of the surest pixels to chance.
    """
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
