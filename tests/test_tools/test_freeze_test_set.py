"""The command line of frozen test sets, and scores on them."""
import json
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
import torch
from mmagic.registry import MODELS
from mmengine import Config
from PIL import Image

from hcl_mmagic.engine.options import set_test_set
from hcl_mmagic.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / 'configs'
FREEZE = 'analysis_tools/freeze_test_set.py'


@pytest.fixture
def checkpoint(tiny_config: Path) -> Path:
    """Weights of the tiny model that find something, if not the damage."""
    model = MODELS.build(Config.fromfile(tiny_config).model)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.3)
    path = tiny_config.with_name('tiny.pth')
    torch.save(dict(state_dict=model.state_dict(), meta={}), path)
    return path


@pytest.mark.slow
def test_scores_on_a_frozen_set_are_those_of_the_config(
        run_tool: Callable, tiny_config: Path, checkpoint: Path,
        capsys: pytest.CaptureFixture) -> None:
    two_samples = ('--cfg-options', 'test_dataloader.dataset.repeats=1')
    run_tool(FREEZE, tiny_config, '-o', 'frozen', *two_samples)
    assert 'frozen: 2 samples, fingerprint ' in capsys.readouterr().out
    run_tool('test.py', tiny_config, checkpoint, '--out', 'live.json',
             *two_samples)
    # Those who test on it need no other data.
    run_tool('test.py', tiny_config, checkpoint, '--test-set', 'frozen',
             '--out', 'frozen.json', '--cfg-options',
             'train_dataloader.dataset.split=missing',
             'val_dataloader.dataset.split=missing')
    live, frozen = (
        json.loads(Path(f'{name}.json').read_text())
        for name in ('live', 'frozen'))
    assert 0 < live['IoU_corrupted'] < 1
    assert 5 < live['PSNR'] < live['PSNR_input']
    assert frozen == live


@pytest.mark.slow
def test_a_changed_pixel_ends_in_one_line_and_no_score(
        run_tool: Callable, tiny_config: Path, checkpoint: Path,
        capsys: pytest.CaptureFixture) -> None:
    run_tool(FREEZE, tiny_config, '-o', 'frozen', '--num-samples', 1)
    path = Path('frozen/clean/000000.png')
    picture = np.array(Image.open(path))
    picture[0, 0, 0] ^= 1
    Image.fromarray(picture).save(path)
    for arguments in ((FREEZE, '--verify', 'frozen', '--workers', 1),
                      ('test.py', tiny_config, checkpoint, '--test-set',
                       'frozen', '--out', 'scores.json')):
        with pytest.raises(SystemExit, match='1'):
            run_tool(*arguments)
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith('Error: frozen/clean/000000.png does not show')
    assert not Path('scores.json').exists()


def test_a_frozen_set_cannot_stand_for_several_data_loaders(
        tiny_config: Path) -> None:
    cfg = Config.fromfile(tiny_config)
    cfg.test_dataloader = [cfg.test_dataloader, cfg.test_dataloader]
    with pytest.raises(ConfigError, match='one data loader, .* is a list'):
        set_test_set(cfg, 'frozen')


def test_a_frozen_set_gives_its_masks_to_models_that_want_them() -> None:
    cfg = Config.fromfile(CONFIGS / 'hcl_known-mask_places_256.py')
    packing = cfg.test_dataloader.dataset.pipeline[-2:]
    set_test_set(cfg, 'frozen')
    assert cfg.test_dataloader.dataset == dict(
        type='FrozenTestSet', data_root='frozen', pipeline=packing)


@pytest.mark.parametrize('arguments', [(), ('cfg.py', ), ('-o', 'x'),
                                       ('cfg.py', '-o', 'x', '--verify', 'x')])
def test_unclear_command_lines_are_refused(run_tool: Callable,
                                           capsys: pytest.CaptureFixture,
                                           arguments: tuple) -> None:
    with pytest.raises(SystemExit, match='2'):
        run_tool(FREEZE, *arguments)
    assert 'CONFIG -o DIR or --verify DIR' in capsys.readouterr().err
