"""Tests of what a published checkpoint holds."""
import dataclasses
from pathlib import Path

import pytest
import torch
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import (CheckpointContents, read_contents,
                                         to_published)
from hcl_mmagic.errors import CheckpointError


@pytest.fixture
def contents(tmp_path: Path) -> CheckpointContents:
    write_tiny_checkpoint(tmp_path / 'a.pth', experiment_name='tiny')
    return dataclasses.replace(
        read_contents(tmp_path / 'a.pth'), calibration=dict(bias=[0.5, -1]))


def test_it_says_all_that_inference_needs(contents: CheckpointContents,
                                          tmp_path: Path) -> None:
    path = tmp_path / 'b.pth'
    path.write_bytes(to_published(contents))
    published = read_contents(path)
    assert published.name == contents.name
    assert published.scale == contents.scale
    assert published.calibration == contents.calibration
    assert published.weights.keys() == contents.weights.keys()
    for name, weight in published.weights.items():
        assert torch.equal(weight, contents.weights[name])
    # Published once more, it is the same file.
    assert to_published(published) == path.read_bytes()


def test_half_is_read_as_float32(contents: CheckpointContents,
                                 tmp_path: Path) -> None:
    whole, half = to_published(contents), to_published(contents, half=True)
    assert len(half) < len(whole)
    (tmp_path / 'b.pth').write_bytes(half)
    for name, weight in read_contents(tmp_path / 'b.pth').weights.items():
        assert weight.dtype is contents.weights[name].dtype
        torch.testing.assert_close(
            weight, contents.weights[name], rtol=1e-3, atol=1e-6)


def test_what_float16_cannot_hold_is_told(
        contents: CheckpointContents) -> None:
    contents.weights['encoder.stem.bias'].fill_(1e6)
    with pytest.raises(CheckpointError, match='encoder.stem.bias is too larg'):
        to_published(contents, half=True)


def test_weights_of_another_model_are_not_published(
        contents: CheckpointContents) -> None:
    contents.weights.pop('encoder.stem.bias')
    with pytest.raises(CheckpointError, match='stem.bias is missing'):
        to_published(contents)
