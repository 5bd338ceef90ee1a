"""The command line of score_folder.py, and its agreement with test.py."""
import json
from pathlib import Path
from typing import Callable

import pytest
import torch
from mmagic.registry import MODELS
from mmengine import Config
from mmengine.registry import init_default_scope

TOOL = 'analysis_tools/score_folder.py'


@pytest.fixture
def checkpoint(tiny_config: Path) -> Path:
    init_default_scope('mmagic')
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(tiny_config).model)
    path = tiny_config.with_name('tiny.pth')
    torch.save(dict(state_dict=model.state_dict()), path)
    return path


@pytest.mark.slow
def test_saved_results_of_a_test_score_alike(
        run_tool: Callable, tiny_config: Path, checkpoint: Path,
        capsys: pytest.CaptureFixture) -> None:
    run_tool('test.py', tiny_config, checkpoint, '--out', 'test.json',
             '--save-dir', 'saved', '--cfg-options',
             'test_dataloader.dataset.repeats=2')
    capsys.readouterr()
    run_tool(TOOL, '--restored', 'saved/restored', '--clean', 'saved/clean',
             '--damaged', 'saved/damaged', '--mask', 'saved/true_mask',
             '--pred-mask', 'saved/confidence', '--json', 'folder.json')
    expected = json.loads(Path('test.json').read_text())
    scores = json.loads(Path('folder.json').read_text())
    assert '| PSNR ↑ |' in capsys.readouterr().out
    assert '| IoU, stage 2 ↑ |' in Path('test.md').read_text()
    assert scores.pop('num_skipped') == 0
    assert scores['num_images'] == 4 and 'IoU_intact@30-60' in scores
    for key, score in scores.items():
        # Half a grey level is a 510th of the range.
        tolerance = 0.1 if key.startswith('PSNR') else 1 / 510
        exact = key.startswith(('Acc', 'F1', 'IoU', 'num'))
        assert score == pytest.approx(
            expected[key], abs=1e-9 if exact else tolerance), key


def test_options_that_need_the_true_mask_say_so(
        run_tool: Callable, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        run_tool(TOOL, '--restored', 'a', '--clean', 'b', '--pred-mask', 'c',
                 '--json', 'd.json')
    assert '--pred-mask needs --mask' in capsys.readouterr().err


@pytest.mark.parametrize('bins', ['0-20,40', 'few', ''])
def test_bins_that_cannot_be_read_are_named(run_tool: Callable, bins: str,
                                            capsys: pytest.CaptureFixture
                                            ) -> None:  # yapf: disable
    with pytest.raises(SystemExit, match='2'):
        run_tool(TOOL, '--restored', 'a', '--clean', 'b', '--json', 'd.json',
                 '--bins', bins)
    assert 'expected LOW-HIGH' in capsys.readouterr().err


def test_a_missing_folder_ends_in_one_line(
        run_tool: Callable, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, '--restored', 'nowhere', '--clean', 'b', '--json',
                 'd.json')
    assert capsys.readouterr().err.splitlines()[-1] == (
        'Error: --restored: there is no folder nowhere')
