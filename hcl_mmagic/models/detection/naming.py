"""Which of the two clusters is the corrupted one.

Clustering splits a picture in two but gives the halves no names. The modules
here name them from the picture alone; in training the true mask names them
(:func:`nearer_to_mask`) and the modules learn to agree with it.
"""

from typing import Dict, Optional, Sequence, cast

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...parts import build_part
from ..functional import at_least_float32, average_to, resize_mask
from .hierarchy import MaskHierarchy


def nearer_to_mask(hierarchy: MaskHierarchy, mask: Tensor) -> Tensor:
    """Images to swap, ``(N,)``, bool: those whose coarsest stage is nearer to
    the true mask (1 = corrupted, ``(N, 1, H, W)``, float) the other way round,
    by the L1 distance. Ties keep the order."""
    prob = hierarchy.mask_prob[-1]
    target = resize_mask(mask, prob.shape[-2:])
    distance = (prob - target).abs().mean((1, 2, 3))
    swapped_distance = (1 - prob - target).abs().mean((1, 2, 3))
    return swapped_distance < distance


def larger_is_intact(hierarchy: MaskHierarchy) -> Tensor:
    """Images to swap, ``(N,)``, bool, so that the larger cluster of the
    coarsest stage is the intact one."""
    balance = (2 * hierarchy.mask_prob[-1] - 1) * hierarchy.uncertain[-1]
    return balance.sum((1, 2, 3)) > 0


class ClusterNaming(nn.Module):
    """Base of the modules that name the clusters."""

    def log_odds(self, features: Sequence[Tensor],
                 hierarchy: MaskHierarchy) -> Tensor:
        """Log-odds that cluster 1 is the corrupted one, against that cluster 0
        is, ``(N,)``, from the encoder's features, finest first, and the
        clusters, oriented or not. The other order has the opposite sign."""
        raise NotImplementedError

    def decide(self, features: Sequence[Tensor],
               hierarchy: MaskHierarchy) -> Tensor:
        """Images whose clusters to swap, ``(N,)``, bool."""
        return self.log_odds(features, hierarchy) < 0

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """Weighted losses, from the clusters as the true mask, 1 = corrupted,
        ``(N, 1, H, W)``, names them."""
        raise NotImplementedError


@MODELS.register_module()
class CentreClassifier(ClusterNaming):
    """Names the clusters by their centres (HCL section 3.2.1).

    A small perceptron on a cluster centre, trained as 'logit > 0 means
    corrupted', the negative of what the authors' code learns. The centre with
    the higher logit is the corrupted one, even if both have the same sign.

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

    def log_odds(self, features: Sequence[Tensor],
                 hierarchy: MaskHierarchy) -> Tensor:
        """Difference of the two centres' logits: the log-odds, given that
        exactly one of the clusters is corrupted."""
        logit = self.layers(hierarchy.centres[-1]).squeeze(-1)
        return logit[:, 1] - logit[:, 0]

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """``loss_classifier``: binary cross-entropy on the coarsest stage's
        centres, oriented by the true mask."""
        logit = at_least_float32(
            self.layers(hierarchy.centres[-1]).squeeze(-1))
        target = torch.zeros_like(logit)
        target[:, 1] = 1
        loss = F.binary_cross_entropy_with_logits(logit, target)
        return dict(loss_classifier=self.loss_weight * loss)


@MODELS.register_module()
class PixelVote(ClusterNaming):
    """Names the clusters by a vote of their pixels.

    A small perceptron gives every pixel of the coarsest feature map a logit,
    trained as 'logit > 0 means corrupted' against the true mask. The cluster
    whose pixels have the higher mean logit is the corrupted one. One pixel
    may well be wrong; the mean over a cluster rarely is.

    Args:
        in_channels (int): Channels of the coarsest feature map.
        hidden_channels (int): Width of the hidden layer.
        loss_weight (float): Weight of its binary cross-entropy.
    """

    def __init__(self,
                 *,
                 in_channels: int = 256,
                 hidden_channels: int = 64,
                 loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, hidden_channels, 1), nn.GELU(),
            nn.Conv2d(hidden_channels, 1, 1))

    def log_odds(self, features: Sequence[Tensor],
                 hierarchy: MaskHierarchy) -> Tensor:
        """By how much the mean logits of the clusters differ. Neighbours tell
        much the same, so the sum over the pixels would be far too sure."""
        vote = self.pixel_logits(features)
        seen = hierarchy.uncertain[-1]
        corrupted = hierarchy.mask_prob[-1] * seen
        intact = (1 - hierarchy.mask_prob[-1]) * seen
        return _weighted_mean(vote, corrupted) - _weighted_mean(vote, intact)

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """``loss_vote``: binary cross-entropy of every pixel's vote with the
        corrupted share of its patch of the true mask, ``(N, 1, H, W)``."""
        vote = self.pixel_logits(features)
        share = average_to(mask, vote.shape[-2:])
        loss = F.binary_cross_entropy_with_logits(vote, share)
        return dict(loss_vote=self.loss_weight * loss)

    def pixel_logits(self, features: Sequence[Tensor]) -> Tensor:
        """Logit of 'corrupted' of every pixel of the coarsest stage, ``(N, 1,
        Hs, Ws)``, at least float32."""
        return at_least_float32(self.layers(features[-1]))


@MODELS.register_module()
class SplitJudge(ClusterNaming):
    """Names the clusters by looking at the whole split.

    Damage and picture differ in the shape of their outline too: one lies upon
    the other. A small convolutional network sees the features of one stage
    together with the detected probabilities, once as they are and once with
    the roles exchanged; the likelier of the two is kept. It learns from the
    detector's own splits and from the true ones, without a gradient to the
    encoder.

    Args:
        in_channels (int): Channels of the features of that stage.
        stage (int): Stage whose features it sees, 0 = finest.
        hidden_channels (int): Width of its first layer, half of the others'.
        vote (dict, optional): Config of a :class:`PixelVote` that is trained
            beside it, as its gradient helps the encoder.
        loss_weight (float): Weight of its loss.
    """

    def __init__(self,
                 *,
                 in_channels: int = 128,
                 stage: int = 1,
                 hidden_channels: int = 16,
                 vote: Optional[dict] = None,
                 loss_weight: float = 1.0) -> None:
        super().__init__()
        self.stage = stage
        self.loss_weight = loss_weight
        self.vote: Optional[PixelVote] = build_part(vote)
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels + 1, hidden_channels, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(
                hidden_channels, 2 * hidden_channels, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(
                2 * hidden_channels,
                2 * hidden_channels,
                3,
                stride=2,
                padding=1),
            nn.GELU(),
            # A bias would cancel between the two ways round.
            nn.Conv2d(2 * hidden_channels, 1, 1, bias=False))

    def log_odds(self, features: Sequence[Tensor],
                 hierarchy: MaskHierarchy) -> Tensor:
        """What the network makes of the split at the finest stage."""
        return self._odds(features, hierarchy.mask_prob[:1],
                          hierarchy.uncertain[-1])

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """``loss_judge``: logistic loss of the right orientation against the
        wrong one, of the detected split and of the true one; and the vote's
        loss."""
        odds = self._odds(features, (hierarchy.mask_prob[0], mask),
                          hierarchy.uncertain[-1])
        result = dict(loss_judge=self.loss_weight * F.softplus(-odds).mean())
        if self.vote is not None:
            result.update(self.vote.loss(features, hierarchy, mask))
        return result

    def _odds(self, features: Sequence[Tensor], splits: Sequence[Tensor],
              seen: Tensor) -> Tensor:
        """Log-odds that each split is the right way round, (S * N,)."""
        feature = features[self.stage].detach()
        split = torch.cat([
            average_to(split, feature.shape[-2:]) for split in splits
        ]).to(feature)
        # The first convolution in two parts: that of the features is the same
        # for every split, that of the split changes its sign when exchanged.
        first, others = cast(nn.Conv2d, self.layers[0]), self.layers[1:]
        picture = F.conv2d(
            feature, first.weight[:, :-1], first.bias, padding=1)
        picture = picture.repeat(len(splits), 1, 1, 1)
        outline = F.conv2d(2 * split - 1, first.weight[:, -1:], padding=1)
        scores = at_least_float32(
            others(torch.cat((picture + outline, picture - outline))))
        seen = resize_mask(seen.to(feature), scores.shape[-2:])
        as_it_is, exchanged = _weighted_mean(
            scores, seen.repeat(2 * len(splits), 1, 1, 1)).chunk(2)
        return as_it_is - exchanged


def _weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    """Mean over each image's pixels, (N,)."""
    total = weights.sum((1, 2, 3)).clamp(min=1e-6)
    return (values * weights).sum((1, 2, 3)) / total
