"""Numerical precision of clustering and losses."""

import torch
from torch import Tensor


def at_least_float32(values: Tensor) -> Tensor:
    """Leave half precision behind, as mixed-precision training brings it.

    Args:
        values (Tensor): Any shape, any floating dtype.

    Returns:
        Tensor: The values in float32, or in float64 if they were.
    """
    return values.to(torch.promote_types(values.dtype, torch.float32))
