"""The command line that publishes a checkpoint."""
import hashlib
import json
from pathlib import Path
from typing import Callable, List

import pytest
import torch
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import load_model

PUBLISH = 'model_converters/publish_model.py'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / 'iter_3.pth'
    write_tiny_checkpoint(path, experiment_name='tiny_2026')
    return path


def _files(folder: Path) -> List[Path]:
    return sorted(folder.iterdir())


def test_it_restores_as_its_source_does(
        run_tool: Callable, source: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    run_tool(PUBLISH, source, 'out', '--name', 'tiny')
    path, = _files(tmp_path / 'out')
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.name == f'tiny-{sha256[:8]}.pth'
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(tmp_path / 'out'))
    published, trained = load_model('tiny'), load_model(str(source))
    image = torch.rand(1, 3, 50, 70) * 2 - 1
    results = []
    for loaded in (published, trained):
        torch.manual_seed(0)
        results.append(loaded.model.restore(image))
    assert torch.equal(results[0].mask, results[1].mask)
    assert torch.equal(results[0].image, results[1].image)
    assert published.short_side == trained.short_side
    assert published.reach == trained.reach


def test_it_holds_plain_values_and_nothing_of_the_training(
        run_tool: Callable, source: Path, tmp_path: Path) -> None:
    run_tool(PUBLISH, source, 'out')
    path, = _files(tmp_path / 'out')
    assert path.name.startswith('tiny_2026-')
    checkpoint = torch.load(path, weights_only=True)
    assert set(checkpoint) == {'meta', 'state_dict'}
    assert json.loads(json.dumps(checkpoint['meta'])) == checkpoint['meta']
    assert not any('discriminator' in name or 'loss' in name
                   for name in checkpoint['state_dict'])
    assert path.stat().st_size < source.stat().st_size


def test_the_same_source_gives_the_same_file_once(
        run_tool: Callable, source: Path, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:
    run_tool(PUBLISH, source, 'out')
    run_tool(PUBLISH, source, 'again')
    once, again = _files(tmp_path / 'out') + _files(tmp_path / 'again')
    assert once.name == again.name
    with pytest.raises(SystemExit, match='1'):
        run_tool(PUBLISH, source, 'out')
    assert f'Error: out/{once.name} exists' in capsys.readouterr().err


def test_the_calibration_of_the_verdict_goes_with_it(run_tool: Callable,
                                                     source: Path,
                                                     tmp_path: Path) -> None:
    calibration = dict(
        feature_names=['certainty', 'detail'],
        means=[0., 1.],
        scales=[1., 2.],
        weights=[1.5, -2.],
        bias=0.25,
        clean_below=0.2,
        damaged_above=0.9)
    (tmp_path / 'verdict.json').write_text(json.dumps(calibration))
    run_tool(PUBLISH, source, 'out', '--verdict', 'verdict.json')
    path, = _files(tmp_path / 'out')
    assert load_model(str(path)).calibration == calibration
    run_tool(PUBLISH, path, 'renamed', '--name', 'other')
    path, = _files(tmp_path / 'renamed')
    assert load_model(str(path)).calibration == calibration


@pytest.mark.parametrize('arguments, message', [
    (['none.pth', 'out'], 'there is no checkpoint file none.pth'),
    (['iter_3.pth', 'out', '--name', '../a'], 'the name ../a: expected'),
    (['iter_3.pth', 'out', '--verdict', 'none.json'], 'cannot be read'),
    (['iter_3.pth', 'out', '--verdict', 'list.json'], 'a calibration has'),
    (['named.pth', 'out'], 'the name ../b: expected letters'),
    (['list.json', 'out'], 'cannot be read as a checkpoint'),
])
def test_mistakes_are_told(run_tool: Callable, source: Path, tmp_path: Path,
                           arguments: List[str], message: str,
                           capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'list.json').write_text('[]')
    write_tiny_checkpoint(tmp_path / 'named.pth', experiment_name='../b')
    with pytest.raises(SystemExit, match='1'):
        run_tool(PUBLISH, *arguments)
    assert message in capsys.readouterr().err
    assert not (tmp_path / 'out').exists()
