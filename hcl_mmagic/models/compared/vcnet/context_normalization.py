"""Probabilistic context normalisation of VCNet."""

from typing import Tuple

import torch
from torch import Tensor, nn

from ...functional import at_least_float32, full_precision

EPSILON = 1e-5  # the paper: a small positive constant


def weighted_statistics(features: Tensor,
                        weight: Tensor) -> Tuple[Tensor, Tensor]:
    r"""Mean and standard deviation of each channel, ``(N, C, 1, 1)`` each, of
    features Y, ``(N, C, H, W)``, weighted by T in [0, 1], ``(N, 1, H, W)``.

    VCNet section 3.2, to the letter: :math:`\mu = \sum YT / (\epsilon + \sum
    T)` and :math:`\sigma^2 = \sum (YT - \mu)^2 / (\epsilon + \sum T) +
    \epsilon`. Pixels of weight 0 still add :math:`\mu^2` to the second sum,
    which is therefore a variance only where all weights are 1.
    """
    total = EPSILON + weight.sum(dim=(2, 3), keepdim=True)
    weighted = features * weight
    mean = weighted.sum(dim=(2, 3), keepdim=True) / total
    squares = (weighted - mean).square().sum(dim=(2, 3), keepdim=True)
    return mean, (squares / total + EPSILON).sqrt()


def transfer_context(features: Tensor, mask: Tensor) -> Tensor:
    r"""Give the corrupted features the statistics of the intact ones; of use
    where the mask is not 0.

    The operator T of VCNet section 3.2 with :math:`X_P = X \odot H` and
    :math:`X_Q = X \odot (1 - H)`: :math:`(X_P - \mu(X_P, H)) / \sigma(X_P, H)
    \cdot \sigma(X_Q, 1 - H) + \mu(X_Q, 1 - H)` for features X, ``(N, C, H,
    W)``, and the probability of 'corrupted' H, ``(N, 1, H, W)``.
    """
    corrupted, intact = features * mask, features * (1 - mask)
    corrupted_mean, corrupted_std = weighted_statistics(corrupted, mask)
    intact_mean, intact_std = weighted_statistics(intact, 1 - mask)
    return ((corrupted - corrupted_mean) / corrupted_std * intact_std +
            intact_mean)


class ProbabilisticContextNorm(nn.Module):
    r"""Normalises features by how likely they are corrupted.

    PCN of VCNet section 3.2: :math:`[\beta T(X, H) + (1 - \beta) X \odot H]
    \odot H + X \odot (1 - H)`. The first term brings the statistics of intact
    features to the corrupted ones, the second keeps the intact ones.
    :math:`\beta` is a vector over channels that a squeeze-and-excitation
    module makes of the mean of X.

    Args:
        channels (int): Channels of the features.
        reduction (int): Channels per hidden channel of the excitation.
    """

    def __init__(self, channels: int, *, reduction: int = 8) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.excitation = nn.Sequential(
            nn.Linear(channels, hidden), nn.ReLU(inplace=True),
            nn.Linear(hidden, channels), nn.Sigmoid())

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """Normalise features ``(N, C, H, W)``, at least to float32, by the
        probability of 'corrupted' in [0, 1], ``(N, 1, H, W)``; a gradient
        flows back into it."""
        with full_precision(features):  # sums over a whole map
            features = at_least_float32(features)
            mask = mask.to(features)
            beta = self.excitation(features.mean(dim=(2, 3)))[..., None, None]
            context = torch.lerp(features * mask,
                                 transfer_context(features, mask), beta)
            return torch.lerp(features, context, mask)
