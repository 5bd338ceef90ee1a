"""Runs that are ended from outside."""
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from known_inferencer import KnownInferencer, contents, picture, save

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
    run = subprocess.run(
        [sys.executable, HERE / 'killed_runs.py', tmp_path / 'in',
         str(rounds)],
        capture_output=True, text=True)  # yapf: disable
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen['broken'] == []
    assert seen['kills'] >= 12
    assert 0 < seen['replaced']
    assert seen['exit_code'] == 0 and seen['all_new']
