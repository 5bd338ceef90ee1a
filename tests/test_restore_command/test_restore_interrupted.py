"""Runs that are ended from outside."""
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from known_inferencer import KnownInferencer, contents, picture, save
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import find_checkpoint

Restore = Callable[..., int]
HERE = Path(__file__).parent


def test_ctrl_c_ends_orderly(tmp_path: Path, restore: Restore,
                             monkeypatch: pytest.MonkeyPatch,
                             capsys: pytest.CaptureFixture) -> None:
    for index in range(9):
        save(tmp_path / 'in' / f'{index}.png', picture(seed=index))
    restore_really = KnownInferencer.restore

    def press_ctrl_c(self: Any, *args: Any, **options: Any) -> object:
        if len(self.batches) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return restore_really(self, *args, **options)

    monkeypatch.setattr(KnownInferencer, 'restore', press_ctrl_c)
    # Programs that were started in the background ignore the key.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert restore('in', '-o', 'out', '--report', 'r.json') == 130
    finally:
        signal.signal(signal.SIGINT, before)
    captured = capsys.readouterr()
    assert 'Interrupted' in captured.err
    assert '9 photographs: 4 restored, 5 not reached' in captured.out
    assert len(contents(tmp_path / 'out')) == 4
    report = json.loads((tmp_path / 'r.json').read_text())
    assert report['complete'] is False
    assert [line['status'] for line in report['photographs']] == \
        ['restored'] * 4 + ['not reached'] * 5


def test_ctrl_c_before_the_work_begins(restore: Restore,
                                       monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture) -> None:

    def press_ctrl_c(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr('hcl_mmagic.restore_command.planning.find_inputs',
                        press_ctrl_c)
    assert restore('in', '-o', 'out') == 130
    assert capsys.readouterr().err == 'Interrupted.\n'


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')
def test_killed_in_place_every_file_is_the_old_or_the_new(
        tmp_path: Path) -> None:
    num_photographs, rounds = 16, 16
    for index in range(num_photographs):
        save(tmp_path / 'in' / f'{index:02}.png',
             picture(9, size=(200, 300), seed=index))
    seen = kill_runs(tmp_path / 'in', rounds)
    assert seen['broken'] == []
    assert seen['kills'] >= 12
    assert 0 < seen['replaced']
    assert seen['exit_code'] == 0 and seen['all_new']


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')
@pytest.mark.parametrize('ending', ['.pth', '.onnx'])
def test_killed_while_networks_run_in_either_runtime(tmp_path: Path,
                                                     ending: str) -> None:
    weights = tmp_path / 'tiny.pth'
    if ending == '.onnx':
        weights = find_checkpoint(endings=(ending, ))
    else:
        write_tiny_checkpoint(weights)
    for index in range(6):
        save(tmp_path / 'in' / f'{index}.png',
             picture(9, size=(80, 100), seed=index))
    mask = np.zeros((80, 100), np.uint8)
    mask[20:40, 30:60] = 255
    save(tmp_path / 'mask.png', mask)
    seen = kill_runs(tmp_path / 'in', 4, '--mask', tmp_path / 'mask.png',
                     '--checkpoint', weights, '--device', 'cpu')
    assert seen['broken'] == []
    assert seen['kills'] == 4
    assert seen['exit_code'] == 0 and seen['all_new']


def kill_runs(folder: Path, rounds: int, *options: object) -> dict:
    run = subprocess.run(
        [sys.executable, HERE / 'killed_runs.py', folder,
         *map(str, (rounds, *options))],
        capture_output=True, text=True)  # yapf: disable
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
