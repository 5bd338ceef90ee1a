"""Texture that two pictures share."""

import torch.nn.functional as F
from torch import Tensor

from .precision import at_least_float32, full_precision

EPSILON = 1e-5


def id_mrf_distance(features: Tensor,
                    truth: Tensor,
                    bandwidth: float = 0.5) -> Tensor:
    r"""How little of a picture's texture finds a place in another: from
    features ``(N, C, H, W)`` one distance per image, ``(N, )``, at least
    float32.

    The implicit diversified Markov random field term of `GMCNN
    <https://arxiv.org/abs/1810.08771>`_, which VCNet takes over. Features of a
    pixel are compared by the cosine distance :math:`d(v, s)` after the mean of
    the truth was taken from both. Each pixel v of the picture distributes
    itself over the pixels s of the truth by a softmax of :math:`(1 - d(v, s) /
    (\min_r d(v, r) + \epsilon)) / h`, h the bandwidth; of every s the largest
    share counts, and the distance is minus the logarithm of their mean. A
    picture that repeats one good texture everywhere scores badly, as most s
    are left without a share.

    Like the authors' code, and unlike the formula in the paper of GMCNN, this
    compares distances rather than similarities, which may be negative.
    """
    with full_precision(features):
        features = at_least_float32(features)
        truth = at_least_float32(truth)
        centre = truth.mean(dim=(2, 3), keepdim=True)
        pixels = F.normalize((features - centre).flatten(2), dim=1)
        references = F.normalize((truth - centre).flatten(2), dim=1)
        # Rounding may take equal vectors a hair below 0.
        distance = ((1 - pixels.transpose(1, 2) @ references) / 2).clamp(min=0)
        nearest = distance.amin(dim=2, keepdim=True)  # (N, V, 1)
        shares = ((1 - distance / (nearest + EPSILON)) / bandwidth).softmax(
            dim=2)  # (N, V, S)
        return -(shares.amax(dim=1).mean(dim=1) + EPSILON).log()
