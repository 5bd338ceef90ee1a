"""Parts of models: built from configs, wrapped for distributed training."""

from typing import Any, Union

from mmagic.registry import MODELS
from mmengine.model import is_model_wrapper
from torch import nn


def build_part(config: Union[dict, nn.Module, None]) -> Any:
    """Build a part of a model; None and a module stay what they are."""
    if config is None or isinstance(config, nn.Module):
        return config
    return MODELS.build(config)


def unwrap(part: Any) -> Any:
    """The module itself, if it was wrapped for distributed training."""
    return part.module if is_model_wrapper(part) else part
