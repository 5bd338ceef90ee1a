"""How a picture's pixels are split in two, and the sides are named."""

from typing import Optional, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...parts import build_part
from ..functional import full_precision
from .hierarchy import (FINER_CENTRES, MaskHierarchy, PixelChoice,
                        build_mask_hierarchy)
from .naming import ClusterNaming, larger_is_intact, nearer_to_mask
from .two_means import fixed_pixels, random_pixels

Projections = Tuple[Tensor, ...]


@MODELS.register_module()
class TwoMeansSplit(nn.Module):
    """Clusters the projections of every stage, coarse to fine (HCL section
    3.2).

    Args:
        sure_fractions (Sequence[float]): Per stage, the share of each side's
            pixels that counts as sure.
        num_iterations (int): Iterations of the 2-means.
        num_restarts (int): Restarts of the 2-means.
        temperature (float): Temperature of the 2-means.
        finer_centres (str): Where the finer stages get their cluster centres
            from, see :func:`~.hierarchy.build_mask_hierarchy`: 'clustered'
            (the authors' code) or 'inherited'.
        naming (dict, optional): Config of the module that names the clusters,
            see :mod:`~.naming`. None takes the larger cluster for the intact
            one.

    Raises:
        ValueError: If ``finer_centres`` is unknown.
    """

    def __init__(self,
                 *,
                 sure_fractions: Sequence[float] = (1.0, 0.95, 0.95),
                 num_iterations: int = 3,
                 num_restarts: int = 1,
                 temperature: float = 0.1,
                 finer_centres: str = 'clustered',
                 naming: Optional[dict] = None) -> None:
        super().__init__()
        if finer_centres not in FINER_CENTRES:
            raise ValueError('TwoMeansSplit: finer_centres must be one of '
                             f'{FINER_CENTRES}, got {finer_centres!r}')
        self.sure_fractions = tuple(sure_fractions)
        self.num_iterations = num_iterations
        self.num_restarts = num_restarts
        self.temperature = temperature
        self.finer_centres = finer_centres
        self.naming: Optional[ClusterNaming] = build_part(naming)

    @torch.no_grad()
    def find(self,
             projections: Projections,
             features: Sequence[Tensor],
             inside: Optional[Sequence[Tensor]] = None,
             first_pixels: PixelChoice = fixed_pixels) -> MaskHierarchy:
        """Split pictures whose damage is not known, by the pictures alone.

        Args:
            projections (tuple[Tensor]): Unit vectors of the stages, finest
                first, ``(N, C, H_s, W_s)``, float32.
            features (Sequence[Tensor]): The encoder's features, finest first,
                ``(N, C_s, H_s, W_s)``, of as many stages or of more.
            inside (Sequence[Tensor], optional): Per stage, the pixels that
                are not padding, ``(1, 1, H_s, W_s)``, bool.
            first_pixels (Callable): Chooses the pixels that the 2-means
                starts from, see :func:`~.hierarchy.build_mask_hierarchy`.

        Returns:
            MaskHierarchy: What was found; no gradient flows through it.
        """
        hierarchy = self._cluster(projections, features, inside, first_pixels)
        if self.naming is None:
            return hierarchy.swapped(larger_is_intact(hierarchy))
        return hierarchy.swapped(self.naming.decide(features, hierarchy))

    @torch.no_grad()
    def find_for_training(
            self,
            projections: Projections,
            features: Sequence[Tensor],
            mask: Tensor,
            first_pixels: PixelChoice = random_pixels) -> MaskHierarchy:
        """Cluster as :meth:`find` does, but let the true mask, 1 = corrupted,
        ``(N, 1, H, W)``, float, name the sides."""
        hierarchy = self._cluster(projections, features, None, first_pixels)
        return hierarchy.swapped(nearer_to_mask(hierarchy, mask))

    def _cluster(self, projections: Projections, features: Sequence[Tensor],
                 inside: Optional[Sequence[Tensor]],
                 first_pixels: PixelChoice) -> MaskHierarchy:
        with full_precision(projections[0]):
            hierarchy = build_mask_hierarchy(
                projections,
                sure_fractions=self.sure_fractions,
                num_iterations=self.num_iterations,
                num_restarts=self.num_restarts,
                temperature=self.temperature,
                finer_centres=self.finer_centres,
                inside=inside,
                first_pixels=first_pixels)
        return hierarchy.with_coarser(len(features) - len(projections))
