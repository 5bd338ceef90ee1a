"""Contrastive detector head: projections, clusters, orientation, losses."""

from dataclasses import replace
from functools import partial
from typing import Dict, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from .functional import (FINER_CENTRES, MaskHierarchy, PixelChoice,
                         at_least_float32, build_mask_hierarchy, fixed_pixels,
                         full_precision, random_pixels, split_by_means)
from .orientation import larger_is_intact, nearer_to_mask
from .stage_heads import StageHeads

Projections = Tuple[Tensor, ...]


@MODELS.register_module()
class ContrastiveDetectorHead(StageHeads):
    """Finds the corrupted pixels by clustering contrastive projections.

    HCL section 3.2. Every stage's features are projected to unit vectors; a
    soft spherical 2-means splits the coarsest stage; finer stages re-cluster
    the pixels that were uncertain. In training the true mask orients the
    clusters, at test the ``orientation`` module does.

    Args:
        stage_channels (Sequence[int]): Channels of the encoder's features,
            finest first.
        projection_channels (int): Width of the unit vectors.
        fuse_stages (bool): Let each stage see the next coarser one's
            features; False is the ablation 'without inter-stage consistency'.
        hierarchical (bool): Contrast and cluster every stage, coarse to fine;
            False does both at the finest stage alone (the ablation
            'single-stage', Figure 8), and the coarser masks are averages of
            the finest one.
        sure_fractions (Sequence[float]): Per stage, the share of each side's
            pixels that counts as sure.
        num_iterations (int): Iterations of the 2-means.
        num_restarts (int): Restarts of the 2-means.
        temperature (float): Temperature of the 2-means.
        finer_centres (str): Where the finer stages get their cluster centres
            from, see :func:`~.functional.build_mask_hierarchy`: 'clustered'
            (the authors' code) or 'inherited'.
        orientation (dict, optional): Config of the module that names the
            clusters, see :mod:`hcl_mmagic.models.orientation`. None takes the
            larger cluster for the intact one.
        loss_contrast (dict, optional): Config of the contrastive loss. None
            leaves it out.
        loss_alignment (dict, optional): Config of a loss that lets the
            largest variation within a picture be that between its classes,
            see :class:`~.losses.KernelAlignmentLoss`. None leaves it out, as
            the authors' code does.
        pixel_classifier (dict, optional): Config of a head that classifies
            the pixels of the same features, such as
            :class:`~.pixel_classifier_head.PixelClassifierHead`. It is
            trained beside the clusters, as its gradient helps the encoder.
            None leaves it out, as the authors' code does.
        classified_centres (bool): At test, take the two sides that the pixel
            classifier sees for a start instead of clustering: at each stage
            their mean vectors are the centres, and every pixel belongs to the
            nearer one. Damage that is too thin for the coarsest stage is not
            lost there, and the sides have their names already. Where the
            classifier sees but one side, its word is final.
        classifier_share (float): With ``classified_centres``: share of the
            pixel classifier's own probability in the result, in [0, 1]. The
            nearer mean vector knows damage of which training has shown
            nothing like it, but splits intact pictures as well, and thin
            strokes are where the classifier is better.

    Raises:
        ValueError: If there is not one sure fraction per stage,
            ``finer_centres`` is unknown, ``classified_centres`` lacks a
            classifier with all stages, or ``classifier_share`` lacks that.
    """

    def __init__(self,
                 *,
                 stage_channels: Sequence[int] = (64, 128, 256),
                 projection_channels: int = 64,
                 fuse_stages: bool = True,
                 hierarchical: bool = True,
                 sure_fractions: Sequence[float] = (1.0, 0.95, 0.95),
                 num_iterations: int = 3,
                 num_restarts: int = 1,
                 temperature: float = 0.1,
                 finer_centres: str = 'clustered',
                 orientation: Optional[dict] = None,
                 loss_contrast: Optional[dict] = None,
                 loss_alignment: Optional[dict] = None,
                 pixel_classifier: Optional[dict] = None,
                 classified_centres: bool = False,
                 classifier_share: float = 0.0) -> None:
        num_heads = len(stage_channels) if hierarchical else 1
        super().__init__(
            stage_channels=stage_channels,
            out_channels=projection_channels,
            hidden_channels=2 * projection_channels,
            fuse_stages=fuse_stages,
            num_heads=num_heads)
        if len(sure_fractions) != len(stage_channels):
            raise ValueError(
                'ContrastiveDetectorHead needs one entry of sure_fractions '
                f'per stage: got {len(sure_fractions)} for '
                f'{len(stage_channels)} stages')
        if finer_centres not in FINER_CENTRES:
            raise ValueError('ContrastiveDetectorHead: finer_centres must be '
                             f'one of {FINER_CENTRES}, got {finer_centres!r}')
        self.temperature = temperature
        self.orientation = orientation and MODELS.build(orientation)
        self.loss_contrast = loss_contrast and MODELS.build(loss_contrast)
        self.loss_alignment = loss_alignment and MODELS.build(loss_alignment)
        self.pixel_classifier = pixel_classifier and MODELS.build(
            pixel_classifier)
        if classified_centres and not (pixel_classifier and hierarchical):
            raise ValueError('ContrastiveDetectorHead: classified_centres '
                             'needs a pixel_classifier and hierarchical=True')
        if classifier_share and not classified_centres:
            raise ValueError('ContrastiveDetectorHead: classifier_share needs '
                             'classified_centres=True')
        self.classified_centres = classified_centres
        self.classifier_share = classifier_share
        self._build_hierarchy = partial(
            build_mask_hierarchy,
            sure_fractions=tuple(sure_fractions[:num_heads]),
            num_iterations=num_iterations,
            num_restarts=num_restarts,
            temperature=temperature,
            finer_centres=finer_centres)

    def forward(
        self,
        features: Sequence[Tensor],
        mask: Optional[Tensor] = None,
        inside: Optional[Sequence[Tensor]] = None
    ) -> Tuple[MaskHierarchy, Dict[str, Tensor]]:
        """Detect the corrupted pixels; with the true mask, learn to.

        One call does both, so that gradients are shared between processes
        whatever part of the head they come from.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.
            mask (Tensor, optional): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float. Only for training: it orients the
                clusters, and the 2-means then starts at random. Without it
                the result depends on the pictures alone.
            inside (Sequence[Tensor], optional): Per stage, the pixels that
                are not padding, ``(1, 1, H_s, W_s)``, bool.

        Returns:
            tuple[MaskHierarchy, dict[str, Tensor]]: What was found, and the
            losses (none without the true mask).
        """
        projections = self.project(features)
        hierarchy = self.detect(projections, features, mask, inside)
        if mask is None:
            return hierarchy, {}
        return hierarchy, self.loss(projections, features, hierarchy, mask)

    def project(self, features: Sequence[Tensor]) -> Projections:
        """Project the features to unit vectors.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.

        Returns:
            tuple[Tensor]: ``(N, C, H_s, W_s)`` per stage that is clustered,
            float32.
        """
        return tuple(
            F.normalize(at_least_float32(projection), dim=1)
            for projection in self.of_stages(features))

    @torch.no_grad()
    def detect(self,
               projections: Projections,
               features: Sequence[Tensor],
               mask: Optional[Tensor] = None,
               inside: Optional[Sequence[Tensor]] = None,
               first_pixels: Optional[PixelChoice] = None) -> MaskHierarchy:
        """Cluster the projections and name the clusters.

        Args:
            projections (tuple[Tensor]): From :meth:`project`.
            features (Sequence[Tensor]): As in :meth:`forward`.
            mask (Tensor, optional): As in :meth:`forward`.
            inside (Sequence[Tensor], optional): As in :meth:`forward`.
            first_pixels (Callable, optional): Chooses the pixels that the
                2-means starts from, see
                :func:`~.functional.build_mask_hierarchy`. None takes random
                ones with a mask and fixed ones without.

        Returns:
            MaskHierarchy: What was found; no gradient flows through it.
        """
        if mask is None and self.classified_centres:
            return self._near_classified_centres(projections, features, inside)
        if first_pixels is None:
            first_pixels = fixed_pixels if mask is None else random_pixels
        with full_precision(projections[0]):
            hierarchy = self._build_hierarchy(
                projections, inside=inside, first_pixels=first_pixels)
        hierarchy = hierarchy.with_coarser(len(features) - len(projections))
        if mask is not None:
            swap = nearer_to_mask(hierarchy, mask)
        elif self.orientation is None:
            swap = larger_is_intact(hierarchy)
        else:
            swap = self.orientation.decide(features, hierarchy)
        return hierarchy.swapped(swap)

    def _near_classified_centres(
            self, projections: Projections, features: Sequence[Tensor],
            inside: Optional[Sequence[Tensor]]) -> MaskHierarchy:
        """What the nearer of the two mean vectors of each stage says."""
        classified = self.pixel_classifier(features, inside=inside)[0]
        centres, log_odds = [], []
        for vectors, sides, seen in zip(projections, classified.log_odds,
                                        classified.uncertain):
            with full_precision(vectors):
                both, odds = split_by_means(vectors, sides > 0, seen,
                                            self.temperature)
            centres.append(both)
            one_sided = ~both.any(2).all(1)[:, None, None, None]
            log_odds.append(torch.where(one_sided, sides, odds))
        found = MaskHierarchy.of_log_odds(log_odds, classified.uncertain)
        return replace(
            found,
            mask_prob=tuple(
                torch.lerp(own, other, self.classifier_share)
                for own, other in zip(found.mask_prob, classified.mask_prob)),
            centres=tuple(centres))

    @torch.no_grad()
    def compare(self, features: Sequence[Tensor], centres: Tensor) -> Tensor:
        """Assign the pixels of the finest stage to given centres.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.
            centres (Tensor): Mean vectors of the intact and of the corrupted
                side, of length 1, ``(2, C)``.

        Returns:
            Tensor: Probability of 'corrupted' in [0, 1], ``(N, 1, H_0, W_0)``,
            float32.
        """
        vectors = self.project(features)[0]
        with full_precision(vectors):
            log_odds = torch.einsum('nchw,c->nhw', vectors,
                                    centres[1] - centres[0])
        prob = (log_odds / self.temperature).sigmoid()[:, None]
        if not self.classifier_share:
            return prob
        classified = self.pixel_classifier(features)[0].mask_prob[0]
        return torch.lerp(prob, classified, self.classifier_share)

    def loss(self, projections: Projections, features: Sequence[Tensor],
             hierarchy: MaskHierarchy, mask: Tensor) -> Dict[str, Tensor]:
        """Losses of the detector.

        Args:
            projections (tuple[Tensor]): From :meth:`project`.
            features (Sequence[Tensor]): As in :meth:`forward`.
            hierarchy (MaskHierarchy): From :meth:`detect`, oriented by the
                true mask.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float.

        Returns:
            dict[str, Tensor]: The contrastive and the alignment loss of each
            stage, the orientation's loss and those of the pixel classifier.
        """
        losses: Dict[str, Tensor] = {}
        with full_precision(projections[0]):
            if self.loss_contrast is not None:
                losses.update(self.loss_contrast(projections, hierarchy, mask))
            if self.loss_alignment is not None:
                losses.update(self.loss_alignment(projections, mask))
        if self.orientation is not None:
            losses.update(self.orientation.loss(features, hierarchy, mask))
        if self.pixel_classifier is not None:
            losses.update(self.pixel_classifier(features, mask)[1])
        return losses
