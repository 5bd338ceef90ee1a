"""Which of the two clusters is the corrupted one.

Clustering splits a picture in two but gives the halves no names. The modules
here name them from the picture alone; in training the true mask names them
(:func:`nearer_to_mask`) and the modules learn to agree with it.
"""

from typing import Dict, Sequence

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from .functional import MaskHierarchy, at_least_float32, resize_mask


def nearer_to_mask(hierarchy: MaskHierarchy, mask: Tensor) -> Tensor:
    """Compare both orientations of the coarsest stage with the true mask.

    Args:
        hierarchy (MaskHierarchy): Not oriented yet.
        mask (Tensor): True mask, 1 = corrupted, 0 = intact,
            ``(N, 1, H, W)``, float.

    Returns:
        Tensor: Images to swap, by the smaller L1 distance, ``(N,)``, bool.
        Ties keep the order.
    """
    prob = hierarchy.mask_prob[-1]
    target = resize_mask(mask, prob.shape[-2:])
    distance = (prob - target).abs().mean((1, 2, 3))
    swapped_distance = (1 - prob - target).abs().mean((1, 2, 3))
    return swapped_distance < distance


def larger_is_intact(hierarchy: MaskHierarchy) -> Tensor:
    """Take the larger cluster of the coarsest stage for the intact one.

    Args:
        hierarchy (MaskHierarchy): Not oriented yet.

    Returns:
        Tensor: Images to swap, ``(N,)``, bool.
    """
    balance = (2 * hierarchy.mask_prob[-1] - 1) * hierarchy.uncertain[-1]
    return balance.sum((1, 2, 3)) > 0


@MODELS.register_module()
class CentreClassifier(nn.Module):
    """Names the clusters by their centres: the reference's way.

    A small perceptron on a cluster centre, trained as 'logit > 0 means
    corrupted'. Of the two centres the one with the higher logit is the
    corrupted one, even if both have the same sign.

    Args:
        projection_channels (int): Width of a cluster centre.
        loss_weight (float): Weight of its binary cross-entropy.
    """

    def __init__(self,
                 *,
                 projection_channels: int = 64,
                 loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.layers = nn.Sequential(
            nn.Linear(projection_channels, projection_channels), nn.ReLU(),
            nn.Linear(projection_channels, 1))

    def decide(self, features: Sequence[Tensor],
               hierarchy: MaskHierarchy) -> Tensor:
        """Name the clusters of each image.

        Args:
            features (Sequence[Tensor]): Not looked at.
            hierarchy (MaskHierarchy): Not oriented yet.

        Returns:
            Tensor: Images to swap, ``(N,)``, bool.
        """
        logit = self.layers(hierarchy.centres[-1]).squeeze(-1)
        return logit[:, 0] > logit[:, 1]

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """Binary cross-entropy on the coarsest stage's oriented centres.

        Args:
            features (Sequence[Tensor]): Not looked at.
            hierarchy (MaskHierarchy): Oriented by the true mask.
            mask (Tensor): Not looked at.

        Returns:
            dict[str, Tensor]: ``loss_classifier``.
        """
        logit = at_least_float32(
            self.layers(hierarchy.centres[-1]).squeeze(-1))
        target = torch.zeros_like(logit)
        target[:, 1] = 1
        loss = F.binary_cross_entropy_with_logits(logit, target)
        return dict(loss_classifier=self.loss_weight * loss)


@MODELS.register_module()
class PixelVote(nn.Module):
    """Names the clusters by a vote of their pixels.

    A small perceptron gives every pixel of the coarsest feature map a logit,
    trained as 'logit > 0 means corrupted' against the true mask. The cluster
    whose pixels have the higher mean logit is the corrupted one. One pixel
    may well be wrong; the mean over a cluster rarely is.

    Args:
        in_channels (int): Channels of the coarsest feature map.
        hidden_channels (int): Width of the hidden layer.
        detach (bool): Keep the vote's gradient out of the encoder.
        loss_weight (float): Weight of its binary cross-entropy.
    """

    def __init__(self,
                 *,
                 in_channels: int = 256,
                 hidden_channels: int = 64,
                 detach: bool = False,
                 loss_weight: float = 1.0) -> None:
        super().__init__()
        self.detach = detach
        self.loss_weight = loss_weight
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, hidden_channels, 1), nn.GELU(),
            nn.Conv2d(hidden_channels, 1, 1))

    def decide(self, features: Sequence[Tensor],
               hierarchy: MaskHierarchy) -> Tensor:
        """Name the clusters of each image.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first.
            hierarchy (MaskHierarchy): Not oriented yet.

        Returns:
            Tensor: Images to swap, ``(N,)``, bool.
        """
        vote = self._vote(features[-1])
        seen = hierarchy.uncertain[-1]
        corrupted = hierarchy.mask_prob[-1] * seen
        intact = (1 - hierarchy.mask_prob[-1]) * seen
        return _weighted_mean(vote, intact) > _weighted_mean(vote, corrupted)

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """Binary cross-entropy of every pixel's vote.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first.
            hierarchy (MaskHierarchy): Not looked at.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float. The target of a pixel is the
                corrupted share of its patch.

        Returns:
            dict[str, Tensor]: ``loss_vote``.
        """
        feature = features[-1]
        vote = self._vote(feature.detach() if self.detach else feature)
        share = F.adaptive_avg_pool2d(mask, vote.shape[-2:])
        loss = F.binary_cross_entropy_with_logits(vote, share)
        return dict(loss_vote=self.loss_weight * loss)

    def _vote(self, feature: Tensor) -> Tensor:
        """Logit of 'corrupted' of every pixel, (N, 1, Hs, Ws)."""
        return at_least_float32(self.layers(feature))


def _weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    """Mean over each image's pixels, (N,)."""
    total = weights.sum((1, 2, 3)).clamp(min=1e-6)
    return (values * weights).sum((1, 2, 3)) / total
