"""Numerical precision of clustering and losses."""

import torch
from torch import Tensor


def at_least_float32(values: Tensor) -> Tensor:
    """Leave half precision behind, as mixed-precision training brings it;
    float64 stays."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def full_precision(tensor: Tensor) -> torch.autocast:
    """A context without mixed precision on the tensor's device."""
    return torch.autocast(tensor.device.type, enabled=False)
