"""How a picture's pixels are split in two, and the sides are named."""

from dataclasses import replace
from typing import Any, Dict, Optional, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...parts import build_part
from ..functional import full_precision
from .hierarchy import (FINER_CENTRES, DetectedMasks, MaskHierarchy,
                        PixelChoice, build_mask_hierarchy, seen_pixels)
from .naming import ClusterNaming, larger_is_intact, nearer_to_mask
from .two_means import fixed_pixels, random_pixels, split_by_means

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

    def check_stages(self, num_stages: int, num_projected: int) -> None:
        """Complain about an encoder of ``num_stages``, of which
        ``num_projected`` are clustered.

        Raises:
            ValueError: If there is not one sure fraction per stage.
        """
        if len(self.sure_fractions) != num_stages:
            raise ValueError(
                f'{type(self).__name__} needs one entry of sure_fractions per '
                f'stage: got {len(self.sure_fractions)} for {num_stages} '
                'stages')

    @torch.no_grad()
    def find(self,
             projections: Projections,
             features: Sequence[Tensor],
             inside: Optional[Sequence[Tensor]] = None,
             first_pixels: PixelChoice = fixed_pixels) -> DetectedMasks:
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
            DetectedMasks: What was found; no gradient flows through it.
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

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """What the naming module, if there is one, learns from the clusters of
        :meth:`find_for_training` and the true mask."""
        if self.naming is None:
            return {}
        return self.naming.loss(features, hierarchy, mask)

    def assign(self, vectors: Tensor, features: Sequence[Tensor],
               centres: Tensor) -> Tensor:
        """Give the pixels of the finest stage to given sides.

        Args:
            vectors (Tensor): Unit vectors of the finest stage,
                ``(N, C, H_0, W_0)``, float32.
            features (Sequence[Tensor]): As in :meth:`find`.
            centres (Tensor): Mean vectors of the intact and of the corrupted
                side, of length 1, ``(2, C)``.

        Returns:
            Tensor: Probability of 'corrupted' in [0, 1], ``(N, 1, H_0, W_0)``.
        """
        with full_precision(vectors):
            log_odds = torch.einsum('nchw,c->nhw', vectors,
                                    centres[1] - centres[0])
        return (log_odds / self.temperature).sigmoid()[:, None]

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


@MODELS.register_module()
class ClassifiedSplit(TwoMeansSplit):
    """Takes the two sides that a classifier of pixels sees for a start.

    At test nothing is clustered: at each stage the mean vectors of the
    classifier's sides are the centres, and every pixel belongs to the nearer
    one. Damage that is too thin for the coarsest stage is not lost there, and
    the sides have their names already. Where the classifier sees but one
    side, its word is final. In training the projections are clustered as
    ever, for the contrastive loss. Not part of HCL.

    Args:
        classifier (dict): Config of the classifier, a
            :class:`~.pixel_classifier.PixelClassifierHead` of all stages,
            which is trained beside the clusters.
        classifier_share (float): Share of the classifier's own probability in
            the result, in [0, 1]. The nearer mean vector knows damage of
            which training has shown nothing like it, but splits intact
            pictures as well, and thin strokes are where the classifier is
            better.
        **clusters: Arguments of :class:`TwoMeansSplit`.
    """

    def __init__(self,
                 *,
                 classifier: dict,
                 classifier_share: float = 0.0,
                 **clusters: Any) -> None:
        super().__init__(**clusters)
        self.classifier = MODELS.build(classifier)
        self.classifier_share = classifier_share

    def check_stages(self, num_stages: int, num_projected: int) -> None:
        """See :meth:`TwoMeansSplit.check_stages`; all stages have to be
        projected."""
        super().check_stages(num_stages, num_projected)
        if num_projected != num_stages:
            raise ValueError('ClassifiedSplit needs the projections of all '
                             'stages: hierarchical=True')

    @torch.no_grad()
    def find(self,
             projections: Projections,
             features: Sequence[Tensor],
             inside: Optional[Sequence[Tensor]] = None,
             first_pixels: PixelChoice = fixed_pixels) -> DetectedMasks:
        """See :meth:`TwoMeansSplit.find`; nothing is clustered."""
        classified = self.classifier(features)[0]
        centres, mask_prob, log_odds = [], [], []
        for vectors, sides, prob, seen in zip(projections, classified.log_odds,
                                              classified.mask_prob,
                                              seen_pixels(projections,
                                                          inside)):
            with full_precision(vectors):
                both, odds = split_by_means(vectors, sides > 0, seen,
                                            self.temperature)
            one_sided = ~both.any(2).all(1)[:, None, None, None]
            odds = torch.where(one_sided, sides, odds)
            centres.append(both)
            log_odds.append(odds)
            mask_prob.append(
                torch.lerp(odds.sigmoid(), prob, self.classifier_share))
        return replace(
            classified,
            log_odds=tuple(log_odds),
            mask_prob=tuple(mask_prob),
            centres=tuple(centres))

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """See :meth:`TwoMeansSplit.loss`; and the classifier's losses."""
        losses = super().loss(features, hierarchy, mask)
        return {**losses, **self.classifier(features, mask)[1]}

    def assign(self, vectors: Tensor, features: Sequence[Tensor],
               centres: Tensor) -> Tensor:
        """See :meth:`TwoMeansSplit.assign`; with the classifier's share."""
        prob = super().assign(vectors, features, centres)
        if not self.classifier_share:
            return prob
        classified = self.classifier(features)[0].mask_prob[0]
        return torch.lerp(prob, classified, self.classifier_share)
