"""GELU without a second map where no gradient needs the first."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def gelu_(features: Tensor) -> Tensor:
    """GELU of a map that nobody else holds, overwritten if possible. A fresh
    map of a large picture costs a CPU more than the function itself, as the
    system hands out its memory page by page."""
    if torch.is_grad_enabled() and features.requires_grad:
        return F.gelu(features)
    return torch.ops.aten.gelu_(features)


class FreshGELU(nn.Module):
    """:func:`gelu_` behind a layer that makes a new map."""

    def forward(self, features: Tensor) -> Tensor:
        """Map any shape to the same."""
        return gelu_(features)
