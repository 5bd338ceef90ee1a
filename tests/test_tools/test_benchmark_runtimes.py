"""Runtimes side by side, on a few photographs."""
import json
from pathlib import Path
from typing import Callable

import pytest

from hcl_mmagic.apis.checkpoints import find_checkpoint
from hcl_mmagic.lab.benchmarking import runtime_comparison
from hcl_mmagic.lab.benchmarking.runtime_comparison import Run

TOOL = 'analysis_tools/benchmark_runtimes.py'


def test_every_task_is_measured_in_turn(run_tool: Callable, tmp_path: Path,
                                        monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture) -> None:
    calls = []

    def restore(inputs: list, checkpoint: str, threads: int) -> Run:
        calls.append((len(inputs), checkpoint, threads))
        return Run(10. - len(calls), 1., 10**9)

    monkeypatch.setattr(runtime_comparison, '_restore', restore)
    run_tool(TOOL, 'a.pth', 'a.onnx', '--threads', 2, '--photographs', 3,
             '--megapixels', 0.1, '--repeats', 2, '--json', 'r.json')
    assert calls[:6] == [(1, 'a.pth', 2),
                         (1, 'a.onnx', 2)] * 2 + [(3, 'a.pth', 2),
                                                  (3, 'a.onnx', 2)]
    rows = json.loads((tmp_path / 'r.json').read_text())
    assert [row['task'] for row in rows[::2]
            ] == ['first photograph', 'folder', '0.1 megapixels']
    assert (rows[0]['seconds'], rows[1]['seconds']) == (7., 6.)
    assert '2 threads, folder, a.onnx: ' in capsys.readouterr().out


@pytest.mark.slow
def test_a_run_is_that_of_the_command(tmp_path: Path) -> None:
    runtime_comparison.make_photograph(tmp_path, 'a', (96, 96), 0.1)
    weights = str(find_checkpoint(endings=('.onnx', )))
    run = runtime_comparison._restore([tmp_path / 'a.png'], weights, 1)
    assert 0 < run.cpu_seconds and 0 < run.seconds
    assert 1e8 < run.peak_bytes < 1e9
