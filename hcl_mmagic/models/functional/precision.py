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


def full_precision(tensor: Tensor) -> torch.autocast:
    """No mixed precision for a few lines.

    Args:
        tensor (Tensor): On the device that computes.

    Returns:
        torch.autocast: A context without mixed precision.
    """
    return torch.autocast(tensor.device.type, enabled=False)
