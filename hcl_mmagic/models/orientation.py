"""Which of the two clusters is the corrupted one.

Clustering splits a picture in two but gives the halves no names. The modules
here name them from the picture alone; in training the true mask names them
(:func:`nearer_to_mask`) and the modules learn to agree with it.
"""

from typing import Dict, Optional, Sequence

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


class Orientation(nn.Module):
    """Base of the modules that name the clusters."""

    def log_odds(self, features: Sequence[Tensor],
                 hierarchy: MaskHierarchy) -> Tensor:
        """How sure the module is of the present order of the clusters.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.
            hierarchy (MaskHierarchy): Oriented or not.

        Returns:
            Tensor: Log-odds that cluster 1 is the corrupted one, against that
            cluster 0 is, ``(N,)``. The other order has the same with the
            opposite sign.
        """
        raise NotImplementedError

    def decide(self, features: Sequence[Tensor],
               hierarchy: MaskHierarchy) -> Tensor:
        """Name the clusters of each image.

        Args:
            features (Sequence[Tensor]): As in :meth:`log_odds`.
            hierarchy (MaskHierarchy): Not oriented yet.

        Returns:
            Tensor: Images to swap, ``(N,)``, bool.
        """
        return self.log_odds(features, hierarchy) < 0

    def pixel_logits(self, features: Sequence[Tensor]) -> Optional[Tensor]:
        """What the pixels say one by one, where the module asks them.

        Args:
            features (Sequence[Tensor]): As in :meth:`log_odds`.

        Returns:
            Tensor, optional: Logit of 'corrupted' of every pixel of the
            coarsest stage, ``(N, 1, Hs, Ws)``; None where nothing was trained
            to tell.
        """
        return None


@MODELS.register_module()
class CentreClassifier(Orientation):
    """Names the clusters by their centres (HCL section 3.2.1).

    A small perceptron on a cluster centre, trained as 'logit > 0 means
    corrupted', the negative of what the authors' code learns. Of the two centres the one with the higher logit is the
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

    def log_odds(self, features: Sequence[Tensor],
                 hierarchy: MaskHierarchy) -> Tensor:
        """Difference of the two centres' logits: the log-odds, given that
        exactly one of the clusters is corrupted.

        Args:
            features (Sequence[Tensor]): Not looked at.
            hierarchy (MaskHierarchy): Oriented or not.

        Returns:
            Tensor: See :meth:`Orientation.log_odds`, ``(N,)``.
        """
        logit = self.layers(hierarchy.centres[-1]).squeeze(-1)
        return logit[:, 1] - logit[:, 0]

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
class PixelVote(Orientation):
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
        """By how much the mean logits of the clusters differ.

        Neighbours tell much the same, so the sum over the pixels, which would
        be the log-odds if they were independent, would be far too sure.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.
            hierarchy (MaskHierarchy): Oriented or not.

        Returns:
            Tensor: Log-odds of one average pixel of each cluster, ``(N,)``.
        """
        vote = self.pixel_logits(features)
        seen = hierarchy.uncertain[-1]
        corrupted = hierarchy.mask_prob[-1] * seen
        intact = (1 - hierarchy.mask_prob[-1]) * seen
        return _weighted_mean(vote, corrupted) - _weighted_mean(vote, intact)

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
        vote = self.pixel_logits(features)
        share = F.adaptive_avg_pool2d(mask, vote.shape[-2:])
        loss = F.binary_cross_entropy_with_logits(vote, share)
        return dict(loss_vote=self.loss_weight * loss)

    def pixel_logits(self, features: Sequence[Tensor]) -> Tensor:
        """The votes.

        Args:
            features (Sequence[Tensor]): As in :meth:`log_odds`.

        Returns:
            Tensor: Logit of 'corrupted' of every pixel of the coarsest stage,
            ``(N, 1, Hs, Ws)``, at least float32.
        """
        return at_least_float32(self.layers(features[-1]))


@MODELS.register_module()
class SplitJudge(Orientation):
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
        self.vote = vote and MODELS.build(vote)
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
        """What the network makes of the split at the finest stage.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.
            hierarchy (MaskHierarchy): Oriented or not.

        Returns:
            Tensor: See :meth:`Orientation.log_odds`, ``(N,)``.
        """
        return self._odds(features, hierarchy.mask_prob[:1],
                          hierarchy.uncertain[-1])

    def pixel_logits(self, features: Sequence[Tensor]) -> Optional[Tensor]:
        """Those of the vote that is trained beside it, if there is one.

        Args:
            features (Sequence[Tensor]): As in :meth:`log_odds`.

        Returns:
            Tensor, optional: See :meth:`Orientation.pixel_logits`.
        """
        return self.vote and self.vote.pixel_logits(features)

    def loss(self, features: Sequence[Tensor], hierarchy: MaskHierarchy,
             mask: Tensor) -> Dict[str, Tensor]:
        """Logistic loss of the right orientation against the wrong one.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first.
            hierarchy (MaskHierarchy): Oriented by the true mask.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float.

        Returns:
            dict[str, Tensor]: ``loss_judge``, and the vote's loss.
        """
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
            F.adaptive_avg_pool2d(split, feature.shape[-2:])
            for split in splits
        ]).to(feature)
        # The first convolution in two parts: that of the features is the same
        # for every split, that of the split changes its sign when exchanged.
        first, others = self.layers[0], self.layers[1:]
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
