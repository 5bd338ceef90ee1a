"""Two thousand hostile inputs: no crash, no hang, no changed original."""
import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import Callable, Dict

import pytest
from hostile_inputs import HostileFolder

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
@pytest.mark.parametrize('target', [('-o', 'out'), ('--in-place', )])
def test_hostile_inputs_do_no_harm(tmp_path: Path, restore: Callable[..., int],
                                   target: tuple) -> None:
    (tmp_path / 'in').mkdir()
    hostile = HostileFolder(tmp_path / 'in', seed=len(target))
    hostile.fill(NUM_INPUTS)
    before = fingerprints(tmp_path / 'in')
    peak, start = peak_memory() or 0, time.perf_counter()
    assert restore('in', *target, '--recursive', '--report', 'r.json',
                   '--format', 'keep', '--workers', 2) == 1
    assert time.perf_counter() - start < 300
    assert (peak_memory() or 0) - peak < 1e9
    if target != ('--in-place', ):
        assert fingerprints(tmp_path / 'in') == before
    else:
        assert fingerprints(tmp_path / 'in').keys() == before.keys()
    report = json.loads((tmp_path / 'r.json').read_text())
    lines = {line['input']: line for line in report['photographs']}
    assert set(lines) == {
        os.path.join('in', path.name)
        for path in hostile.inputs
    }
    assert report['complete'] and report['counts']['failed'] > NUM_INPUTS / 10
    assert report['counts']['failed'] < NUM_INPUTS * 0.9
    unexpected = [line for line in lines.values()
                  if 'unexpected' in (line['reason'] or '')]  # yapf: disable
    assert unexpected == []
