"""The parts of compare_methods.py that need no trained model."""
from pathlib import Path

import pytest
import torch
from mmagic.structures import DataSample
from mmengine.registry import DefaultScope
from tiny_checkpoint import write_tiny_checkpoint
from tiny_restorer import TINY_CONFIG
from torch import nn

from hcl_mmagic.errors import ConfigError, FrozenTestSetError
from hcl_mmagic.lab.method_comparison import (bench, method_building,
                                              method_results, method_sources)

BATCH = dict(inputs=[torch.zeros(3, 48, 64)])


class Answering(nn.Module):
    """A model that returns, or raises, what it is told to."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def test_step(self, batch: dict) -> list:
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer]


def predict(answer: object, *needed: str) -> object:
    method = method_building.Method('mine', Answering(answer), {}, needed)
    return bench._predict(method, BATCH)


def test_a_size_that_a_network_cannot_take_is_told() -> None:
    with pytest.raises(
            ConfigError,
            match='mine cannot take pictures of 64x48 px: 3 and 4 differ'):
        predict(RuntimeError('3 and\n4 differ'))


def test_other_mistakes_of_a_user_keep_their_message() -> None:
    with pytest.raises(FrozenTestSetError, match='^changed$'):
        predict(FrozenTestSetError('changed'))


@pytest.mark.parametrize('answer', [
    DataSample(),
    DataSample(output=DataSample(pred_img=torch.zeros(3, 48, 64)))
])
def test_a_detector_has_to_find_a_mask(answer: DataSample) -> None:
    with pytest.raises(ConfigError, match='mine: .* returns no mask_prob'):
        predict(answer, 'mask_prob')


def test_a_method_finds_or_restores_something() -> None:
    with pytest.raises(ConfigError, match='no mask_prob or pred_img'):
        predict(DataSample(), 'mask_prob', 'pred_img')


@pytest.mark.parametrize(('number', 'size', 'expected'), [
    (3, 11, [0, 5, 10]),
    (1, 11, [0]),
    (9, 2, [0, 1]),
])
def test_indices_are_spread_over_the_test_set(number: int, size: int,
                                              expected: list) -> None:
    assert method_results.spread_indices(number, size) == expected


def test_two_models_share_the_memory_but_not_the_time() -> None:
    detector = method_results.Usage(seconds=1., peak_bytes=50, weight_bytes=20)
    inpaintor = method_results.Usage(seconds=2., peak_bytes=60, weight_bytes=5)
    both = detector.then(inpaintor)
    # The inpaintor needs 60 while the detector's 20 lie beside it.
    assert both == method_results.Usage(
        seconds=3., peak_bytes=80, weight_bytes=25)


def test_training_alone_needs_discriminators_and_networks_of_losses() -> None:
    model = nn.Module()
    model.generator = nn.Module()
    for owner, name in ((model, 'disc'), (model.generator, 'loss_percep')):
        setattr(owner, name, nn.Linear(2, 2))
    model.generator.layer = nn.Linear(2, 2)
    model.loss_l1 = nn.L1Loss()
    ready = method_building._ready(model.train(), torch.device('cpu'))
    assert [name for name, _ in ready.named_parameters()
            ] == ['generator.layer.weight', 'generator.layer.bias']
    assert ready.loss_l1 is not None and not ready.training


def test_a_whole_restorer_sees_the_damage_that_it_is_told_of(
        tmp_path: Path) -> None:
    (tmp_path / 'tiny.py').write_text(TINY_CONFIG)
    expected = write_tiny_checkpoint(tmp_path / 'tiny.pth')
    source = method_sources.Source('inpaintor', 'restoration',
                                   str(tmp_path / 'tiny.py'),
                                   str(tmp_path / 'tiny.pth'))
    with DefaultScope.overwrite_default_scope('mmagic'):
        method = method_building.build_pair('any', source, None,
                                            torch.device('cpu'))
    torch.manual_seed(0)
    corrupted = torch.rand(1, 3, 32, 32) * 2 - 1
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., 8:24, 8:24] = 1
    other_damage = torch.where(mask == 1, -corrupted, corrupted)
    with torch.no_grad():
        restored, other = map(
            lambda picture: method.model.repair(picture, mask),
            (corrupted, other_damage))
        assert torch.equal(restored, expected.repair(corrupted, mask))
    assert not torch.equal(restored, other)


def test_what_is_told_the_mask_is_no_whole_method(tmp_path: Path) -> None:
    config = tmp_path / 'mat.py'
    config.write_text("""model = dict(
    type='MATInpaintor',
    generator=dict(
        type='MATGenerator', channels=4, noise_channels=4, num_downs=1,
        depths=(1, 1, 1, 1, 1), num_heads=1, window_sizes=(4, 4, 4),
        widths=(4, 4, 4, 4)))
""")
    source = method_sources.Source(method_sources.METHOD, 'mat', str(config),
                                   None)
    with DefaultScope.overwrite_default_scope('mmagic'), pytest.raises(
            ConfigError, match='MATInpaintor of .* needs to be told the mask'):
        method_building.build_method(source, torch.device('cpu'))
