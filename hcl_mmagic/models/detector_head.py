"""Contrastive detector head: projections, clusters, orientation, losses."""

from functools import partial
from typing import Dict, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from .functional import (MaskHierarchy, at_least_float32,
                         build_mask_hierarchy, fixed_pixels,
                         random_pixels)
from .orientation import larger_is_intact, nearer_to_mask

Projections = Tuple[Tensor, ...]


@MODELS.register_module()
class ContrastiveDetectorHead(nn.Module):
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
        sure_fractions (Sequence[float]): Per stage, the share of each side's
            pixels that counts as sure.
        num_iterations (int): Iterations of the 2-means.
        num_restarts (int): Restarts of the 2-means.
        temperature (float): Temperature of the 2-means.
        orientation (dict, optional): Config of the module that names the
            clusters, see :mod:`hcl_mmagic.models.orientation`. None takes the
            larger cluster for the intact one.
        loss_contrast (dict, optional): Config of the contrastive loss. None
            leaves only the orientation's loss.
    """

    def __init__(self,
                 *,
                 stage_channels: Sequence[int] = (64, 128, 256),
                 projection_channels: int = 64,
                 fuse_stages: bool = True,
                 sure_fractions: Sequence[float] = (1.0, 0.95, 0.95),
                 num_iterations: int = 3,
                 num_restarts: int = 1,
                 temperature: float = 0.1,
                 orientation: Optional[dict] = None,
                 loss_contrast: Optional[dict] = None) -> None:
        super().__init__()
        if len(sure_fractions) != len(stage_channels):
            raise ValueError(
                'ContrastiveDetectorHead needs one entry of sure_fractions '
                f'per stage: got {len(sure_fractions)} for '
                f'{len(stage_channels)} stages')
        self.projection_heads = _projection_heads(stage_channels,
                                                  projection_channels,
                                                  fuse_stages)
        self.fusions = nn.ModuleList(
            nn.Conv2d(channels, channels // 4, 1)
            for channels in stage_channels[1:]) if fuse_stages else None
        self.orientation = orientation and MODELS.build(orientation)
        self.loss_contrast = loss_contrast and MODELS.build(loss_contrast)
        self._build_hierarchy = partial(
            build_mask_hierarchy,
            sure_fractions=tuple(sure_fractions),
            num_iterations=num_iterations,
            num_restarts=num_restarts,
            temperature=temperature)

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
        hierarchy = self.detect(projections, features[-1], mask, inside)
        if mask is None:
            return hierarchy, {}
        return hierarchy, self.loss(projections, features[-1], hierarchy, mask)

    def project(self, features: Sequence[Tensor]) -> Projections:
        """Project the features to unit vectors.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.

        Returns:
            tuple[Tensor]: ``(N, C, H_s, W_s)`` per stage, float32.
        """
        projections = []
        for stage, head in enumerate(self.projection_heads):
            feature = features[stage]
            if self.fusions is not None and stage + 1 < len(features):
                coarser = F.interpolate(
                    self.fusions[stage](features[stage + 1]),
                    size=feature.shape[-2:],
                    mode='nearest')
                feature = torch.cat((feature, coarser), dim=1)
            projections.append(F.normalize(at_least_float32(head(feature)), dim=1))
        return tuple(projections)

    def detect(self,
               projections: Projections,
               coarsest_feature: Tensor,
               mask: Optional[Tensor] = None,
               inside: Optional[Sequence[Tensor]] = None) -> MaskHierarchy:
        """Cluster the projections and name the clusters.

        Args:
            projections (tuple[Tensor]): From :meth:`project`.
            coarsest_feature (Tensor): Last of the encoder's features.
            mask (Tensor, optional): As in :meth:`forward`.
            inside (Sequence[Tensor], optional): As in :meth:`forward`.

        Returns:
            MaskHierarchy: What was found; no gradient flows through it.
        """

        def swap_decision(centres: Tensor, log_odds: Tensor,
                          seen: Tensor) -> Tensor:
            if mask is not None:
                return nearer_to_mask(log_odds, mask)
            if self.orientation is None:
                return larger_is_intact(log_odds, seen)
            return self.orientation.decide(coarsest_feature, centres, log_odds,
                                           seen)

        return self._build_hierarchy(
            [projection.detach() for projection in projections],
            swap_decision,
            inside=inside,
            first_pixels=(fixed_pixels if mask is None else random_pixels))

    def loss(self, projections: Projections, coarsest_feature: Tensor,
             hierarchy: MaskHierarchy, mask: Tensor) -> Dict[str, Tensor]:
        """Losses of the detector.

        Args:
            projections (tuple[Tensor]): From :meth:`project`.
            coarsest_feature (Tensor): Last of the encoder's features.
            hierarchy (MaskHierarchy): From :meth:`detect`, oriented by the
                true mask.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float.

        Returns:
            dict[str, Tensor]: The contrastive loss of each stage and the
            orientation's loss.
        """
        losses: Dict[str, Tensor] = {}
        if self.loss_contrast is not None:
            losses.update(self.loss_contrast(projections, hierarchy, mask))
        if self.orientation is not None:
            losses.update(
                self.orientation.loss(coarsest_feature, hierarchy, mask))
        return losses


def _projection_heads(stage_channels: Sequence[int], projection_channels: int,
                      fuse_stages: bool) -> nn.ModuleList:
    """One perceptron of 1x1 convolutions per stage."""
    heads: List[nn.Module] = []
    for stage, channels in enumerate(stage_channels):
        if fuse_stages and stage + 1 < len(stage_channels):
            channels += stage_channels[stage + 1] // 4
        heads.append(
            nn.Sequential(
                nn.Conv2d(channels, 2 * projection_channels, 1), nn.GELU(),
                nn.Conv2d(2 * projection_channels, projection_channels, 1)))
    return nn.ModuleList(heads)
