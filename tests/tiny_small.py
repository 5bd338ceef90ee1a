"""A checkpoint of the family of hcl_small, with few channels and layers."""
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator
from unittest.mock import patch

import torch
from mmagic.registry import MODELS
from mmengine import Config
from mmengine.registry import DefaultScope
from torch import nn

from hcl_mmagic.models.small.efficientnet import EfficientNetLite0

ROOT = Path(__file__).parents[1]
CONFIG = f"""
_base_ = '{ROOT}/configs/hcl_small.py'
channels = [8, 8, 8, 12, 12]
model = dict(
    detector=dict(
        encoder=dict(channels=channels, pretrained=False),
        classifier=dict(stage_channels=channels, hidden_channels=8),
        detail_channels=8),
    inpaintor=dict(network=dict(channels=(8, 12, 16), num_context_blocks=1)))
inference_scale = dict(short_side=64, crop_size=64)
"""


@contextmanager
def shallow_backbone() -> Iterator[None]:
    """Lets every stage of the backbone have its first block alone: an export
    takes half as long."""
    build_whole = EfficientNetLite0.__init__

    def build(self: Any, *args: Any, **options: Any) -> None:
        build_whole(self, *args, **options)
        self.blocks = nn.Sequential(*(nn.Sequential(stage[0])
                                      for stage in self.blocks))

    with patch.object(EfficientNetLite0, '__init__', build):
        yield


def write_small_checkpoint(path: Path) -> nn.Module:
    """Write random weights, which half precision holds exactly, in the layout
    of MMEngine's checkpoints; the model, in evaluation mode. It is loaded
    under :func:`shallow_backbone`."""
    cfg = Config.fromstring(CONFIG, '.py')
    torch.manual_seed(0)
    with shallow_backbone(), DefaultScope.overwrite_default_scope('mmagic'):
        model = MODELS.build(cfg.model).eval()
    # Otherwise nothing is found, and the repair is the filling.
    nn.init.normal_(model.detector.detail[-1].weight, std=0.5)
    nn.init.normal_(model.inpaintor.network.exit.weight, std=0.1)
    model.half().float()
    torch.save(
        dict(meta=dict(cfg=cfg.pretty_text), state_dict=model.state_dict()),
        path)
    return model
