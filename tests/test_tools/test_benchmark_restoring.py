"""What restoring photographs takes, with a model of a few channels."""
from pathlib import Path
from typing import Callable

import pytest
from PIL import Image
from tiny_checkpoint import write_tiny_checkpoint

TOOL = 'analysis_tools/benchmark_restoring.py'


@pytest.mark.slow
def test_everything_is_measured(run_tool: Callable, tmp_path: Path,
                                capsys: pytest.CaptureFixture) -> None:
    write_tiny_checkpoint(tmp_path / 'tiny.pth')
    run_tool(TOOL, 'tiny.pth', '--megapixels', 0.3, '--damage', 0.1,
             '--repeats', 1, '--keep', 'kept')
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(',')[0].split(':')[0] for line in lines[-6:]] == [
        'small.png', 'large.png', 'first photograph of a process', 'large.png',
        'large.png', 'tiles of 256 pixels against the whole of 512'
    ]
    assert 'peak memory' in lines[-3] and 'peak memory' in lines[-2]
    photograph = Image.open(tmp_path / 'kept/large.png')
    assert photograph.size[0] * photograph.size[1] == pytest.approx(
        0.3e6, rel=0.01)
    mask = Image.open(tmp_path / 'kept/large_mask.png')
    assert 0.08 < mask.histogram()[-1] / 0.3e6 < 0.12


def test_a_share_is_below_one(run_tool: Callable,
                              capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        run_tool(TOOL, 'tiny.pth', '--damage', 10)
    assert '--damage between 0 and 1' in capsys.readouterr().err
