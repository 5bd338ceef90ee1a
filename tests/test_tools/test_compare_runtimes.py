"""Photographs through two files of weights, and what differs."""
import json
from pathlib import Path
from typing import Callable

import cv2
import pytest
import torch
from skimage import data
from tiny_checkpoint import write_tiny_checkpoint

TOOL = 'analysis_tools/compare_runtimes.py'


@pytest.fixture
def compare(run_tool: Callable, tmp_path: Path) -> Callable[..., dict]:
    """Runs the tool on two of three photographs; gives its numbers."""
    (tmp_path / 'in').mkdir()
    for number in range(3):
        cv2.imwrite(
            str(tmp_path / f'in/{number}.png'),
            data.astronaut()[number * 90:][:120, :160])

    def run(*checkpoints: str) -> dict:
        run_tool(TOOL, 'in', '--count', 2, '--checkpoints', *checkpoints,
                 '--json', 'found.json')
        return json.loads((tmp_path / 'found.json').read_text())

    return run


def test_what_differs_is_counted(compare: Callable[..., dict], tmp_path: Path,
                                 capsys: pytest.CaptureFixture) -> None:
    write_tiny_checkpoint(tmp_path / 'one.pth')
    checkpoint = torch.load(tmp_path / 'one.pth', weights_only=False)
    for name, weight in checkpoint['state_dict'].items():
        if weight.is_floating_point():
            weight *= 1.1
    torch.save(checkpoint, tmp_path / 'other.pth')

    same = compare('one.pth', 'one.pth')
    assert same['photographs'] == 2
    assert same['pixels'] == 2 * 120 * 160
    assert 0 < same['masked_pixels'] < same['pixels']
    assert not any(
        same[name]
        for name in ('mask_pixels_differ', 'verdicts_differ', 'values_differ'))
    assert '2 photographs, 0 of 38400 mask pixels' in capsys.readouterr().out
    different = compare('one.pth', 'other.pth')
    assert different['mask_pixels_differ'] > 0
    assert different['values_differ'] > different['largest_difference'] > 0


def test_a_folder_without_photographs_is_said(
        run_tool: Callable, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'empty').mkdir()
    with pytest.raises(SystemExit):
        run_tool(TOOL, 'empty')
    assert 'no photographs in empty' in capsys.readouterr().err
