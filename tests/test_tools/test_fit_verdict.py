"""The fit of a verdict as a command, on a tiny model."""
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import List, Optional

import cv2
import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.apis import checkpoints
from hcl_mmagic.apis.networks import Look, NetworkDemand
from hcl_mmagic.apis.regions import FEATURE_NAMES
from hcl_mmagic.apis.verdict import VerdictCalibration

TOOL = 'analysis_tools/fit_verdict.py'


class RoughnessNetworks:
    """Networks that take what is rough for damage, and what is bright, though
    with less confidence."""
    short_side = 40
    carries = True
    demand = NetworkDemand(0, 1., 32, 512)

    def look(self,
             pictures: Sequence[np.ndarray],
             coarser: Optional[Sequence[Look]] = None) -> List[Look]:
        looks = []
        for picture in pictures:
            grey = picture.mean(2).astype(np.float32)
            rough = np.abs(cv2.Laplacian(grey, cv2.CV_32F)) > 20
            looks.append(
                Look(np.maximum(rough * .9, (grey > 130) * .6).astype('f4')))
        return looks


@pytest.fixture
def checkpoint(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(checkpoints, 'load_model',
                        lambda *arguments: RoughnessNetworks())
    return 'rough.pth'


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Six smooth pictures: what noise does to them is easily seen."""
    folder = tmp_path / 'clean'
    folder.mkdir()
    for number in range(6):
        coarse = np.random.randint(256, size=(4, 6, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((60, 40)).save(folder / f'{number}.png')
    return folder


def fit(run_tool: Callable, *arguments: object) -> None:
    run_tool(TOOL, *arguments, '--versions', 2, '-o', 'verdict.json',
             '--report', 'report.json')


@pytest.mark.slow
def test_a_miniature_is_fitted_and_tested(run_tool: Callable,
                                          tiny_config: Path, checkpoint: str,
                                          photographs: Path,
                                          capsys: pytest.CaptureFixture):
    arguments = (tiny_config, checkpoint, '--clean-dir', photographs)
    fit(run_tool, *arguments, '--plot', 'curve.png')
    written = Path('verdict.json').read_text()
    calibration = VerdictCalibration.from_dict(json.loads(written))
    assert calibration.feature_names == FEATURE_NAMES
    report = json.loads(Path('report.json').read_text())
    assert report['tested_on'] == 'cross-validation'
    assert report['photographs'] == report['clean']['samples'] == 6
    assert report['by_source']['config 40']['samples'] == 12
    assert set(report['by_pattern']) <= {
        'packaged', 'constant_color', 'uniform_noise', 'gaussian_noise'
    }
    assert sum(row['samples'] for row in report['by_ratio'].values()) == 12
    assert tuple(report['features']) == FEATURE_NAMES
    assert [row['weight'] for row in report['features'].values()
            ] == list(calibration.weights[:len(FEATURE_NAMES)])
    assert Image.open('curve.png').size == (1300, 420)
    assert '6 photographs, cross-validation' in capsys.readouterr().out

    fit(run_tool, *arguments)
    assert Path('verdict.json').read_text() == written


@pytest.mark.slow
def test_others_can_be_held_out(run_tool: Callable, tiny_config: Path,
                                checkpoint: str, photographs: Path,
                                tmp_path: Path) -> None:
    held_out = tmp_path / 'held_out'
    held_out.mkdir()
    for name in ('1.png', '2.png'):
        (held_out / name).write_bytes((photographs / name).read_bytes())
    (held_out / 'broken.png').write_bytes(b'no picture')
    fit(run_tool, tiny_config, checkpoint, '--clean-dir',
        photographs, '--held-out-dir', held_out, '--corruptions',
        write_corruptions(tmp_path))
    report = json.loads(Path('report.json').read_text())
    assert report['tested_on'] == 'held-out photographs'
    assert report['photographs'] == 2
    assert set(report['by_source']) == {'config 40', 'corruptions'}
    # Of two photographs, prepared for each of the two sources.
    assert report['clean']['samples'] == 4
    assert report['by_pattern']['scribble']['samples'] == 4


def write_corruptions(folder: Path) -> Path:
    path = folder / 'corruptions.py'
    path.write_text("corruption_train = dict(type='ScribbleCorruption')\n"
                    'corruption_val = corruption_train\n')
    return path


def test_a_config_without_damage_is_told(run_tool: Callable, tiny_config: Path,
                                         checkpoint: str,
                                         capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, tiny_config, checkpoint, '-o', 'verdict.json',
                 '--cfg-options', 'train_dataloader.dataset.pipeline=[]')
    error = capsys.readouterr().err.splitlines()[-1]
    assert 'damages no photographs: name what does' in error


@pytest.mark.parametrize('arguments, message', [
    (['--versions', 0], '--versions takes at least 1'),
    (['--misses', 1], '--false-alarms and --misses take shares'),
    (['--clean-dir', 'nowhere'], 'nowhere'),
    (['--corruptions', 'empty.py'], 'empty.py has no corruption_train'),
    (['--corruptions', 'missing.py'], 'no config file missing.py'),
])
def test_mistakes_are_told(run_tool: Callable, tiny_config: Path,
                           checkpoint: str, tmp_path: Path,
                           capsys: pytest.CaptureFixture, arguments: list,
                           message: str) -> None:
    (tmp_path / 'empty.py').write_text('')
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, tiny_config, checkpoint, '-o', 'verdict.json',
                 *arguments)
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith('Error: ') and message in error
