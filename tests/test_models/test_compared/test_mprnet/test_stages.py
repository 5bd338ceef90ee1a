"""Shapes of the features of MPRNet's stages, and what reaches them."""

import torch

from hcl_mmagic.models.compared.mprnet.stages import (
    OriginalResolutionSubnetwork, StageDecoder, StageEncoder)

WIDTHS = (8, 12, 16)
SHAPES = [(2, 8, 16, 24), (2, 12, 8, 12), (2, 16, 4, 6)]


def shapes(features):
    return [tuple(level.shape) for level in features]


def test_every_level_is_half_as_large_and_wider():
    encoded = StageEncoder(WIDTHS, 4, fuses=False)(torch.randn(SHAPES[0]))
    assert shapes(encoded) == SHAPES
    assert shapes(StageDecoder(WIDTHS, 4)(encoded)) == SHAPES


def test_the_earlier_stage_reaches_its_own_level_and_the_coarser_ones():
    encoder = StageEncoder(WIDTHS, 4, fuses=True)
    features = torch.randn(SHAPES[0])
    earlier = [torch.randn(shape) for shape in SHAPES]
    changed = [earlier[0], earlier[1] + 1, earlier[2]]
    plain = encoder(features, (earlier, earlier))
    for pair in ((changed, earlier), (earlier, changed)):
        equal = [
            torch.equal(one, other)
            for one, other in zip(plain, encoder(features, pair))
        ]
        assert equal == [True, False, False]


def test_the_last_stage_keeps_the_size_and_takes_every_level():
    stage = OriginalResolutionSubnetwork(12, WIDTHS, 4, num_blocks=1)
    features = torch.randn(2, 12, 16, 24)
    earlier = [torch.randn(shape, requires_grad=True) for shape in SHAPES]
    result = stage(features, (earlier, earlier))
    assert result.shape == features.shape
    result.sum().backward()
    assert all(level.grad.abs().sum() > 0 for level in earlier)
