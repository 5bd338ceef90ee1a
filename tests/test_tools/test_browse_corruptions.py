"""The contact sheet of patterns and of a config's pipeline."""
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

TOOL = 'analysis_tools/browse_corruptions.py'
CONFIG = """
val_dataloader = dict(
    dataset=dict(
        type='PackagedPhotographs',
        split='test',
        test_mode=True,
        pipeline=[
            dict(type='LoadResizedPhotograph', short_side=130),
            dict(type='Crop', keys=['gt'], crop_size=(130, 130)),
            dict(type='StainCorruption'),
            dict(type='PackInputs', keys=['img'], meta_keys=['corruption'])
        ]))
"""
CAPTION, GAP = 24, 4


def test_every_registered_pattern_is_shown(
        run_tool: Callable, capsys: pytest.CaptureFixture) -> None:
    run_tool(TOOL, '-o', 'sheet.png', '--size', 128)
    sheet = cv2.imread('sheet.png')
    # Two captions once, then a title and a photograph for 19 patterns.
    assert sheet.shape == (CAPTION + 19 * (CAPTION + 128 + GAP) - GAP,
                           3 * 128 + 2 * GAP, 3)
    assert 'sheet.png: 392 x' in capsys.readouterr().out


def test_the_sheet_is_the_same_each_time(run_tool: Callable) -> None:
    sheets = []
    for seed in (1, 1, 2):
        run_tool(TOOL, '-o', 'sheet.png', '--patterns', 'shadow', 'crease',
                 '--num', 2, '--size', 64, '--seed', seed)
        sheets.append(Path('sheet.png').read_bytes())
    assert sheets[0] == sheets[1] != sheets[2]


def test_a_config_is_shown_with_its_patterns(run_tool: Callable,
                                             tmp_path: Path) -> None:
    config = tmp_path / 'stains.py'
    config.write_text(CONFIG)
    run_tool(TOOL, config, '-o', 'sheet.jpg', '--split', 'val', '--num', 3)
    sheet = cv2.imread('sheet.jpg')
    assert sheet.shape == (CAPTION + 3 * (CAPTION + 130 + GAP) - GAP,
                           3 * 130 + 2 * GAP, 3)


def test_a_pipeline_that_damages_nothing_is_told(
        run_tool: Callable, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:
    config = tmp_path / 'clean.py'
    config.write_text(CONFIG.replace("dict(type='StainCorruption'),", ''))
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, config, '-o', 'sheet.png', '--split', 'val')
    assert 'samples of val have no mask' in capsys.readouterr().err


@pytest.mark.parametrize('arguments, message', [
    (['-o', 'sheet'], 'no picture format is known by'),
    (['-o', 'sheet.doc'], "by the ending '.doc'"),
    (['-o', 'sheet.png', '--patterns', 'grafiti'
      ], 'no pattern is called grafiti; there are image, constant_color'),
    (['-o', 'sheet.png', '--num', '0'], '--num takes at least 1'),
    (['missing.py', '-o', 'sheet.png'], 'no config file missing.py'),
])
def test_mistakes_are_told(run_tool: Callable, capsys: pytest.CaptureFixture,
                           arguments: list, message: str) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, *arguments)
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith('Error: ') and message in error
    assert not Path('sheet.png').exists()
