"""Growth of time and memory, on a model of a few channels."""
import json
from pathlib import Path
from typing import Callable

import pytest
from PIL import Image

TOOL = 'analysis_tools/benchmark_scaling.py'


@pytest.mark.slow
def test_every_size_and_batch_is_measured_and_drawn(
        run_tool: Callable, tiny_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    run_tool(TOOL, tiny_config, '--sizes', 64, '--batches', 2,
             '--batch-size-px', 32, '--repeats', 1, '--warmup', 0, '--json',
             'out/growth.json', '--plot', 'out/growth.png')
    reports = json.loads(Path('out/growth.json').read_text())
    measured = {
        kind: [(row['size'], row['batch']) for row in rows]
        for kind, rows in reports.items()
    }
    assert measured == dict(size=[(64, 1)], batch=[(32, 2)])
    assert Image.open('out/growth.png').width > 500
    assert 'ns/pixel' in capsys.readouterr().out


def test_a_failing_benchmark_ends_in_one_line(
        run_tool: Callable, tiny_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, tiny_config, '--sizes', 0, '--batches')
    assert capsys.readouterr().err.splitlines()[-1] == (
        'Error: benchmark.py failed at 0 px, batch 1')
