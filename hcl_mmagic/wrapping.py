"""Models whose parts may be wrapped for distributed training."""

from mmengine.model import is_model_wrapper
from torch import nn


def unwrap(part: nn.Module) -> nn.Module:
    """The module itself, if it was wrapped for distributed training.

    Args:
        part (nn.Module): A module or a wrapper of one.

    Returns:
        nn.Module: The module.
    """
    return part.module if is_model_wrapper(part) else part
