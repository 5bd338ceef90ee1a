"""Initial weights."""

import torch
from torch import nn

from hcl_mmagic.models.layers import init_convs


def test_only_convs_are_drawn():
    module = nn.Sequential(nn.Conv2d(32, 64, 3), nn.Linear(64, 64))
    linear = module[1].weight.clone()
    init_convs(module)
    assert abs(module[0].weight.std() - 0.02) < 1e-3
    assert abs(module[0].weight.mean()) < 1e-3
    assert not module[0].bias.any()
    assert torch.equal(module[1].weight, linear)


def test_single_conv_without_bias():
    conv = nn.Conv2d(32, 64, 3, bias=False)
    init_convs(conv)
    assert abs(conv.weight.std() - 0.02) < 1e-3
