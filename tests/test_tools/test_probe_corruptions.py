"""The probe as a command: figures, file, and mistakes in one line."""
import json
from collections.abc import Callable
from pathlib import Path

import pytest

TOOL = 'analysis_tools/probe_corruptions.py'
CONFIG = """
train_dataloader = dict(
    dataset=dict(
        type='PackagedPhotographs',
        split=['train', 'test'],
        pipeline=[
            dict(type='LoadResizedPhotograph', short_side=64),
            dict(type='Crop', keys=['gt'], crop_size=(64, 64)),
            dict(type='RandomRectangleMask', side_range=(0.4, 0.6)),
            dict(
                type='CorruptImage',
                feather_radius=0,
                contents=[dict(type='{content}')]),
            dict(type='PackInputs', keys=['img'])
        ]))
"""


@pytest.fixture
def write_config(tmp_path: Path) -> Callable:

    def write(content: str) -> Path:
        path = tmp_path / 'probed.py'
        path.write_text(CONFIG.replace('{content}', content))
        return path

    return write


def test_noise_is_told_from_photographs(run_tool: Callable,
                                        write_config: Callable,
                                        capsys: pytest.CaptureFixture) -> None:
    run_tool(TOOL, write_config('UniformNoiseContent'), '--num-samples', 30,
             '--patch-size', 8, '--margin', 2, '--json', 'probe.json')
    output = capsys.readouterr().out
    numbers = json.loads(Path('probe.json').read_text())
    assert numbers['auc'] > 0.95
    assert numbers['num_patches'] > 100
    assert f'AUC {numbers["auc"]:.3f} +-' in output
    best = max(numbers['single_auc'], key=numbers['single_auc'].get)
    assert best in output


def test_too_few_photographs_are_told(run_tool: Callable,
                                      write_config: Callable,
                                      capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, write_config('UniformNoiseContent'), '--num-samples', 2)
    assert 'take more samples' in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize('arguments, message', [
    (['--split', 'val'], 'has no val_dataloader'),
    (['--patch-size', '3'], '--patch-size at least 5'),
])
def test_mistakes_are_told(run_tool: Callable, write_config: Callable,
                           capsys: pytest.CaptureFixture, arguments: list,
                           message: str) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, write_config('UniformNoiseContent'), *arguments)
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith('Error: ') and message in error
