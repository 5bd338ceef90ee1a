"""Soft spherical 2-means on unit vectors, batched over images.

HCL's equation 4 says 'K-means'; that it is soft and spherical, its
temperature, its start and when it stops are the authors' code's.
"""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

# An image stops iterating when its cost changes by less than this, absolute
# or relative.
COST_TOLERANCE = 1e-6


def random_pixels(members: Tensor, num_restarts: int) -> Tensor:
    """Draw R of the pixels ``(N, P)``, bool, of each image from torch's global
    generator: indices ``(N, R)``, int64."""
    scores = torch.rand(
        len(members), num_restarts, members.shape[1], device=members.device)
    return scores.masked_fill(~members[:, None], -1).argmax(-1)


def fixed_pixels(members: Tensor, num_restarts: int) -> Tensor:
    """Choose pixels like :func:`random_pixels`, but by nothing but their
    positions.

    A picture then gets the same mask alone or in a batch, first or last. The
    positions are ranked by multiples of the golden ratio modulo 1, which
    spreads the choice evenly over the picture.
    """
    golden_ratio = 0.6180339887498949
    position = torch.arange(
        members.shape[1], device=members.device, dtype=torch.float64)
    offset = torch.arange(
        num_restarts, device=members.device, dtype=torch.float64)
    scores = (position * golden_ratio + offset[:, None] / num_restarts) % 1
    return scores.masked_fill(~members[:, None], -1).argmax(-1)


def farthest_pairs(features: Tensor, members: Tensor, first: Tensor) -> Tensor:
    """Start from the pixels ``first``, one of each restart, ``(N, R)``, and
    from the members ``(N, P)``, bool, that are farthest from them, of unit
    vectors ``(N, C, P)``: pairs of centres, ``(N, R, 2, C)``, zero without
    members."""
    centres = _take(features, first)
    cosine = torch.bmm(centres, features)  # (N, R, P)
    second = cosine.masked_fill(~members[:, None], float('inf')).argmin(-1)
    pairs = torch.stack((centres, _take(features, second)), dim=2)
    return pairs * members.any(1)[:, None, None, None]


def side_means(features: Tensor, members: Tensor, side: Tensor) -> Tensor:
    """Take the two sides of a given split for clusters: pairs of centres,
    ``(N, 1, 2, C)``, zero for an empty side, of unit vectors ``(N, C, P)``.
    ``members`` count, ``side`` has those of cluster 1; both ``(N, P)``, bool.
    """
    share = torch.stack((members & ~side, members & side), dim=1)
    return _normalize(_weighted_sums(share[:, None].to(features), features))


def split_by_means(stage_map: Tensor,
                   side: Tensor,
                   seen: Tensor,
                   temperature: float = 0.1) -> Tuple[Tensor, Tensor]:
    """Give every pixel to the side whose mean vector is nearer: mean unit
    vectors ``(N, 2, C)``, zero for an empty side, and the log-odds of side 1,
    ``(N, 1, H, W)``, of unit vectors ``(N, C, H, W)``, float32. The pixels of
    side 1 and those that count for the means are ``(N, 1, H, W)``, bool."""
    vectors = stage_map.flatten(2)
    centres, log_odds = soft_two_means(
        vectors, seen.flatten(1),
        side_means(vectors, seen.flatten(1), side.flatten(1)), 0, temperature)
    return centres, log_odds.view_as(side)


def soft_two_means(features: Tensor,
                   members: Tensor,
                   centres: Tensor,
                   num_iterations: int = 3,
                   temperature: float = 0.1) -> Tuple[Tensor, Tensor]:
    """Split the unit vectors of each image into two soft clusters.

    An iteration weighs every member by a softmax of its negative cosine
    distances to the centres (HCL's equation 5, but for its sign) and moves
    the centres to the normalised weighted sums. The restart of the lowest
    cost wins. All images and restarts advance together: a set is a weight, so
    nothing waits for the device.

    Args:
        features (Tensor): Unit vectors, ``(N, C, P)``, float32.
        members (Tensor): Pixels to cluster, ``(N, P)``, bool.
        centres (Tensor): Starting centres of R restarts, ``(N, R, 2, C)``.
        num_iterations (int): Iterations at most; 0 keeps the centres.
        temperature (float): Softmax temperature t.

    Returns:
        tuple[Tensor, Tensor]: Centres ``(N, 2, C)`` and the log-odds of
        cluster 1 against cluster 0 for *all* pixels, ``(N, P)``. An image
        without members has zero centres and zero log-odds.
    """
    weight = members[:, None].to(features.dtype)  # (N, 1, P)
    count = weight.sum(-1)
    previous_cost = torch.full_like(
        centres[:, :, 0, 0], float('inf'), dtype=torch.double)
    settled = torch.zeros_like(previous_cost, dtype=torch.bool)
    total = None
    for _ in range(num_iterations):
        log_odds = _log_odds(centres, features, temperature)
        share = _share(log_odds, weight)
        sums = _weighted_sums(share, features)
        if total is None:
            total = sums.sum(2).double()
        # The cosine distances by their shares. One pass over the pixels has
        # told how they differ between the centres, the sum over all members
        # tells the rest.
        cost = (
            count - (total * centres[:, :, 0]).sum(-1) - temperature *
            (share[:, :, 1] * log_odds).sum(-1, dtype=torch.double))
        centres = torch.where(settled[..., None, None], centres,
                              _normalize(sums))
        change = (cost - previous_cost).abs()
        settled |= ((change < COST_TOLERANCE) |
                    (change / previous_cost < COST_TOLERANCE))
        previous_cost = cost
    centres = _best_restart(features, members, centres, temperature)
    log_odds = _log_odds(centres[:, None], features, temperature)
    return centres, log_odds[:, 0]


def clustering_cost(features: Tensor,
                    members: Tensor,
                    centres: Tensor,
                    temperature: float = 0.1) -> Tensor:
    """Cosine distances of the members to the centres of R restarts, ``(N, R,
    2, C)``, by their shares: ``(N, R)``. For the other arguments see
    :func:`soft_two_means`."""
    weight = members[:, None].to(features.dtype)
    share = _share(_log_odds(centres, features, temperature), weight)
    cosine = torch.bmm(centres.flatten(1, 2), features)
    return (share * (1 - cosine.view_as(share))).sum((-1, -2))


def _best_restart(features: Tensor, members: Tensor, centres: Tensor,
                  temperature: float) -> Tensor:
    """Centres (N, 2, C) of the lowest cost."""
    if centres.shape[1] == 1:
        return centres[:, 0]
    cost = clustering_cost(features, members, centres, temperature)
    # Restarts that found the same optimum count as equal: the first wins.
    lowest = cost.amin(1, keepdim=True) * (1 + COST_TOLERANCE)
    best = (cost <= lowest).int().argmax(1)
    return centres[torch.arange(len(features), device=features.device), best]


def _take(features: Tensor, index: Tensor) -> Tensor:
    """Vectors at (N, R) pixel indices, (N, R, C)."""
    index = index[:, None].expand(-1, features.shape[1], -1)
    return features.gather(2, index).transpose(1, 2)


def _log_odds(centres: Tensor, features: Tensor, temperature: float) -> Tensor:
    """Log-odds of cluster 1 from one pass over the pixels, (N, R, P)."""
    difference = (centres[:, :, 1] - centres[:, :, 0]) / temperature
    return torch.bmm(difference, features)


def _share(log_odds: Tensor, weight: Tensor) -> Tensor:
    """Weight of each pixel in each cluster, (N, R, 2, P): the softmax over
    two clusters is a sigmoid."""
    second = log_odds.sigmoid() * weight
    return torch.stack((weight - second, second), dim=2)


def _weighted_sums(share: Tensor, features: Tensor) -> Tensor:
    """Sum of the vectors by their shares, (N, R, 2, C)."""
    return torch.bmm(share.flatten(1, 2),
                     features.transpose(1, 2)).unflatten(1, share.shape[1:3])


def _normalize(sums: Tensor) -> Tensor:
    """Unit vectors. A norm rounded to float32 would shift every cosine the
    same way, and the cost by about what the stopping rule asks for."""
    return F.normalize(sums.double(), dim=-1).to(sums.dtype)
