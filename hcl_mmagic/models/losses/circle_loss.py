"""Circle loss between labelled unit vectors."""

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class CircleLoss(nn.Module):
    r"""Pulls pixels of one class together and pushes the classes apart.

    HCL equation 2, its term for one anchor:
    :math:`\log(1 + \sum_p e^{-c_p / t} \sum_n e^{c_n / t})` over its positive
    and negative references with cosine similarities c. An anchor without
    positives or without negatives costs nothing.

    Args:
        temperature (float): Temperature t. At least 0.02: the sums are taken
            without a shift, which is cheap and exact while
            :math:`e^{1 / t}` fits into float32.

    Raises:
        ValueError: If the temperature is below 0.02.
    """

    def __init__(self, *, temperature: float = 0.1) -> None:
        super().__init__()
        if temperature < 0.02:
            raise ValueError('CircleLoss: temperature must be at least 0.02, '
                             f'got {temperature}')
        self.temperature = temperature

    def forward(self, anchors: Tensor, anchor_labels: Tensor,
                references: Tensor, reference_labels: Tensor,
                reference_weights: Tensor) -> Tensor:
        """Loss of every anchor, ``(N, A)``, not reduced.

        Args:
            anchors (Tensor): Unit vectors, ``(N, C, A)``, float32.
            anchor_labels (Tensor): Class of each anchor, ``(N, A)``, bool.
            references (Tensor): Unit vectors, ``(N, C, R)``, float32.
            reference_labels (Tensor): Class of each reference, ``(N, R)``,
                bool.
            reference_weights (Tensor): 1 = counts, 0 = an empty slot,
                ``(N, R)``, float32.
        """
        attraction = torch.bmm((anchors / self.temperature).transpose(1, 2),
                               references).exp()  # e^{c / t}, (N, A, R)
        of_class = torch.stack((~reference_labels, reference_labels), dim=-1)
        of_class = of_class * reference_weights[..., None]  # (N, R, 2)
        push = torch.bmm(attraction, of_class)  # (N, A, 2)
        pull = torch.bmm(attraction.reciprocal(), of_class)
        label = anchor_labels[..., None].long()
        positives = pull.gather(-1, label).squeeze(-1)
        negatives = push.gather(-1, 1 - label).squeeze(-1)
        return F.softplus(_log(positives) + _log(negatives))


def _log(total: Tensor) -> Tensor:
    """Logarithm that sends an empty sum so low that its loss vanishes."""
    nothing = torch.finfo(total.dtype).min / 4
    return torch.where(total > 0, total.clamp(min=1e-30).log(), nothing)
