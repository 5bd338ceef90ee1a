"""Checkpoint of a training of a whole HCLRestorer of a few channels."""
from pathlib import Path
from typing import Any

import torch
from mmagic.registry import MODELS
from mmengine import Config
from mmengine.registry import DefaultScope
from tiny_restorer import TINY_CONFIG


def tiny_config() -> Config:
    """The config as a training has it, of 64 px crops of photographs whose
    short side has 96 px."""
    return Config.fromstring(TINY_CONFIG, '.py')


def write_tiny_checkpoint(path: Path,
                          detects: bool = True,
                          **meta: Any) -> torch.nn.Module:
    """Write random weights in the layout of MMEngine's checkpoints.

    Args:
        path (Path): File to write.
        detects (bool): Whether the model has a detector.
        **meta: What ``meta`` is to hold beside the config.

    Returns:
        nn.Module: The model with these weights, as a training has it, in
        evaluation mode.
    """
    cfg = tiny_config()
    if not detects:
        cfg.model.detector = None
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmagic'):
        model = MODELS.build(cfg.model).eval()
    # Otherwise all pixels look alike to the network, and come out grey.
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity='linear')
    torch.save(
        dict(
            meta=dict(cfg=cfg.pretty_text, **meta),
            state_dict=model.state_dict(),
            optimizer=dict(state={}, param_groups=[])), path)
    return model
