"""Contrastive detector head: projections, clusters, orientation, losses."""

from functools import partial
from typing import Dict, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from .functional import (FINER_CENTRES, MaskHierarchy, PixelChoice,
                         at_least_float32, build_mask_hierarchy, fixed_pixels,
                         random_pixels)
from .layers import FreshGELU
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
        finer_centres (str): Where the finer stages get their cluster centres
            from, see :func:`~.functional.build_mask_hierarchy`: 'clustered'
            (the reference) or 'inherited'.
        orientation (dict, optional): Config of the module that names the
            clusters, see :mod:`hcl_mmagic.models.orientation`. None takes the
            larger cluster for the intact one.
        loss_contrast (dict, optional): Config of the contrastive loss. None
            leaves it out.
        loss_alignment (dict, optional): Config of a loss that lets the
            largest variation within a picture be that between its classes,
            see :class:`~.losses.KernelAlignmentLoss`. None leaves it out, as
            the reference does.

    Raises:
        ValueError: If there is not one sure fraction per stage, or
            ``finer_centres`` is unknown.
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
                 finer_centres: str = 'clustered',
                 orientation: Optional[dict] = None,
                 loss_contrast: Optional[dict] = None,
                 loss_alignment: Optional[dict] = None) -> None:
        super().__init__()
        if len(sure_fractions) != len(stage_channels):
            raise ValueError(
                'ContrastiveDetectorHead needs one entry of sure_fractions '
                f'per stage: got {len(sure_fractions)} for '
                f'{len(stage_channels)} stages')
        if finer_centres not in FINER_CENTRES:
            raise ValueError('ContrastiveDetectorHead: finer_centres must be '
                             f'one of {FINER_CENTRES}, got {finer_centres!r}')
        self.projection_heads = _projection_heads(stage_channels,
                                                  projection_channels,
                                                  fuse_stages)
        self.fusions = nn.ModuleList(
            nn.Linear(channels, channels // 4)
            for channels in stage_channels[1:]) if fuse_stages else None
        self.temperature = temperature
        self.orientation = orientation and MODELS.build(orientation)
        self.loss_contrast = loss_contrast and MODELS.build(loss_contrast)
        self.loss_alignment = loss_alignment and MODELS.build(loss_alignment)
        self._build_hierarchy = partial(
            build_mask_hierarchy,
            sure_fractions=tuple(sure_fractions),
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
            tuple[Tensor]: ``(N, C, H_s, W_s)`` per stage, float32.
        """
        # 1x1 convolutions as linear layers on channels-last maps: a CPU has
        # no fast kernel for the former.
        pixels = [feature.permute(0, 2, 3, 1) for feature in features]
        projections = []
        for stage, head in enumerate(self.projection_heads):
            feature = pixels[stage]
            if self.fusions is not None and stage + 1 < len(pixels):
                coarser = self.fusions[stage](pixels[stage + 1])
                coarser = coarser.repeat_interleave(2,
                                                    1).repeat_interleave(2, 2)
                feature = torch.cat((feature, coarser), dim=-1)
            projection = at_least_float32(head(feature))
            projections.append(
                F.normalize(projection, dim=-1).permute(0, 3, 1, 2))
        return tuple(projections)

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
        if first_pixels is None:
            first_pixels = fixed_pixels if mask is None else random_pixels
        with _full_precision(projections[0]):
            hierarchy = self._build_hierarchy(
                projections, inside=inside, first_pixels=first_pixels)
        if mask is not None:
            swap = nearer_to_mask(hierarchy, mask)
        elif self.orientation is None:
            swap = larger_is_intact(hierarchy)
        else:
            swap = self.orientation.decide(features, hierarchy)
        return hierarchy.swapped(swap)

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
            stage, and the orientation's loss.
        """
        losses: Dict[str, Tensor] = {}
        with _full_precision(projections[0]):
            if self.loss_contrast is not None:
                losses.update(self.loss_contrast(projections, hierarchy, mask))
            if self.loss_alignment is not None:
                losses.update(self.loss_alignment(projections, mask))
        if self.orientation is not None:
            losses.update(self.orientation.loss(features, hierarchy, mask))
        return losses


def _full_precision(tensor: Tensor) -> torch.autocast:
    """No mixed precision where cosines are compared."""
    return torch.autocast(tensor.device.type, enabled=False)


def _projection_heads(stage_channels: Sequence[int], projection_channels: int,
                      fuse_stages: bool) -> nn.ModuleList:
    """One perceptron per stage."""
    heads: List[nn.Module] = []
    for stage, channels in enumerate(stage_channels):
        if fuse_stages and stage + 1 < len(stage_channels):
            channels += stage_channels[stage + 1] // 4
        heads.append(
            nn.Sequential(
                nn.Linear(channels, 2 * projection_channels), FreshGELU(),
                nn.Linear(2 * projection_channels, projection_channels)))
    return nn.ModuleList(heads)
