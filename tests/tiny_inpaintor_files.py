"""Config and checkpoint of a tiny AOT-GAN, as a user has them."""
from pathlib import Path
from typing import Any, Dict, Tuple

import torch
from mmengine.registry import DefaultScope
from tiny_inpaintors import AOT, build_inpaintor

CROP = 64


def write_config(path: Path, model: Dict[str, Any]) -> str:
    """Write a config of a model that was trained on crops of 64 px."""
    crop = dict(type='Crop', keys=['gt'], crop_size=(CROP, CROP))
    loader = dict(dataset=dict(pipeline=[crop]))
    path.write_text(f'model = {model!r}\ntrain_dataloader = {loader!r}\n')
    return str(path)


def write_tiny_inpaintor(folder: Path) -> Tuple[str, str]:
    """Write a config and random weights, discriminator and all.

    Returns:
        tuple[str, str]: Paths of the config and of the checkpoint.
    """
    with DefaultScope.overwrite_default_scope('mmagic'):
        model = build_inpaintor(AOT)
    # Otherwise the network's picture would be nearly one grey.
    for layer in model.generator.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(layer.weight)
    checkpoint = folder / 'tiny-aot.pth'
    torch.save(dict(meta={}, state_dict=model.state_dict()), checkpoint)
    return write_config(folder / 'tiny-aot.py', AOT), str(checkpoint)
