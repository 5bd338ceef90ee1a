"""Tests of reading checkpoints of every layout."""
from pathlib import Path
from typing import Any

import pytest
import torch
from reference import official_recording
from tiny_checkpoint import tiny_config, write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import read_contents
from hcl_mmagic.errors import CheckpointError

PUBLISHED = dict(
    name='a', model={}, short_side=96, crop_size=64, calibration=None)
NO_SIZES = {'first_conv.conv.weight': torch.tensor(1.)}


def test_training(tmp_path: Path) -> None:
    path = tmp_path / 'iter_3.pth'
    model = write_tiny_checkpoint(path, experiment_name='tiny_2026')
    contents = read_contents(path)
    assert contents.name == 'tiny_2026'
    assert contents.scale == (96, 64)
    assert contents.calibration is None
    assert contents.config['encoder']['base_channels'] == 4
    state = model.state_dict()
    assert contents.weights.keys() == {
        name
        for name in state if not name.startswith('discriminator')
    }
    for name, weight in contents.weights.items():
        assert torch.equal(weight, state[name])


def test_official(tmp_path: Path) -> None:
    path = tmp_path / 'official.pt'
    torch.save(official_recording.load_checkpoint(), path)
    contents = read_contents(path)
    assert contents.name == 'official'
    assert contents.scale == (512, 512)  # it has strided convolutions
    assert contents.config['detector']['split']['finer_centres'] == (
        'clustered')
    assert not any('disc' in name for name in contents.weights)


@pytest.mark.parametrize('value, message', [
    ([1], 'holds no weights by name, but list'),
    (dict(encoder=torch.ones(1)), 'does not say which model its weights'),
    (dict(meta=None, state_dict={}), 'does not say which model'),
    (dict(meta=dict(cfg='a = 1')), "a.pth is damaged: 'state_dict'"),
    (dict(meta=dict(cfg='a = 1'), state_dict={}), "a.pth: .* of 'nothing'"),
    (dict(meta=dict(cfg='a = b'), state_dict={}), 'a.pth: line 1 of .* code'),
    (dict(meta=dict(cfg='model = 3'), state_dict={}), 'a.pth is damaged'),
    (dict(meta=3, state_dict={}), 'a.pth is damaged'),
    (dict(meta=dict(model={}), state_dict={}), "damaged: 'name'"),
    (dict(meta=dict(PUBLISHED, name=7),
          state_dict={}), 'a.pth: its name is 7'),
    (dict(meta=dict(PUBLISHED, calibration=1),
          state_dict={}), 'its calibration is 1'),
    (dict(meta=dict(PUBLISHED, crop_size=0),
          state_dict={}), 'an impossible Scale'),
    (dict(inpaintnet=dict(encoder=NO_SIZES)), 'a.pth is damaged: tuple ind'),
    (dict(inpaintnet=torch.ones(1)), 'a.pth: .* has entries that no part'),
    (dict(inpaintnet={}), 'a.pth: this is no official HCL checkpoint'),
])
def test_what_is_none_of_these_is_told(tmp_path: Path, value: Any,
                                       message: str) -> None:
    torch.save(value, tmp_path / 'a.pth')
    with pytest.raises(CheckpointError, match=message):
        read_contents(tmp_path / 'a.pth')


def test_averaged_weights_are_those_that_are_used(tmp_path: Path) -> None:
    from mmengine.hooks import EMAHook
    from mmengine.model import ExponentialMovingAverage

    model = write_tiny_checkpoint(tmp_path / 'a.pth')
    hook = EMAHook()
    hook.src_model = model
    hook.ema_model = ExponentialMovingAverage(model)
    with torch.no_grad():
        for weight in hook.ema_model.parameters():
            weight.fill_(0.5)
    checkpoint = dict(
        meta=dict(cfg=tiny_config().pretty_text),
        state_dict=model.state_dict())
    hook.before_save_checkpoint(None, checkpoint)
    torch.save(checkpoint, tmp_path / 'a.pth')
    weights = read_contents(tmp_path / 'a.pth').weights
    assert (weights['encoder.stem.weight'] == 0.5).all()
