"""Two thousand hostile inputs: no crash, no hang, no changed original."""
import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import Dict

import pytest
from hostile_inputs import HostileFolder
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.restore_command.main import main
from hcl_mmagic.restore_command.report import peak_memory

pytestmark = pytest.mark.skipif(
    not hasattr(os, 'mkfifo'), reason='needs named pipes and links')
NUM_INPUTS = 2000


def fingerprints(folder: Path) -> Dict[str, object]:
    """What is in a folder, without following links or opening pipes."""
    found: Dict[str, object] = {}
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(parent, name)
            state = os.lstat(path)
            content: object = None
            if stat.S_ISLNK(state.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(state.st_mode):
                content = hashlib.sha256(Path(path).read_bytes()).digest()
            found[path] = (state.st_mode, state.st_mtime_ns, content)
    return found


@pytest.mark.slow
@pytest.mark.parametrize('target', ['out', 'in_place'])
def test_hostile_inputs_do_no_harm(tmp_path: Path, target: str,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny_checkpoint(tmp_path / 'tiny.pth')
    (tmp_path / 'in').mkdir()
    hostile = HostileFolder(tmp_path / 'in', seed=len(target))
    hostile.fill(NUM_INPUTS)
    before = fingerprints(tmp_path / 'in')
    peak, start = peak_memory() or 0, time.perf_counter()
    where = ['-o', 'out'] if target == 'out' else ['--in-place']
    assert main([
        'in', *where, '--recursive', '--report', 'r.json', '--checkpoint',
        'tiny.pth', '--device', 'cpu', '--workers', '2']) == 1
    print(time.perf_counter() - start, (peak_memory() or 0) - peak)
    assert time.perf_counter() - start < 300
    assert (peak_memory() or 0) - peak < 1e9
    # Nobody fitted a verdict to these weights, so all are uncertain and left.
    assert fingerprints(tmp_path / 'in') == before
    report = json.loads((tmp_path / 'r.json').read_text())
    lines = report['photographs']
    assert sorted(line['input'] for line in lines) == sorted(
        os.path.join('in', path.name) for path in hostile.inputs)
    assert report['complete']
    counts = report['counts']
    assert counts['failed'] + counts['uncertain'] == NUM_INPUTS
    assert min(counts['failed'], counts['uncertain']) > NUM_INPUTS / 4
    assert [line for line in lines
            if 'unexpected' in (line['reason'] or '')] == []
