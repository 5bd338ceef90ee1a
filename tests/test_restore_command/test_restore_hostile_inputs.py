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
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis import read_photograph
from hcl_mmagic.apis.checkpoints import find_checkpoint
from hcl_mmagic.photographs.tiff_pages import TiffPages
from hcl_mmagic.restore_command.main import main
from hcl_mmagic.restore_command.report import peak_memory

pytestmark = pytest.mark.skipif(
    not hasattr(os, 'mkfifo'), reason='needs named pipes and links')


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


def check_report(path: Path, hostile: HostileFolder) -> dict:
    """Every input has its line, and only errors meant for people."""
    report = json.loads(path.read_text())
    lines = report['photographs']
    assert report['complete']
    assert sorted(line['input'] for line in lines) == sorted(
        os.path.join('in', path.name) for path in hostile.inputs)
    assert [line for line in lines
            if 'unexpected' in (line['reason'] or '')] == []
    return report['counts']


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HostileFolder:
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'in').mkdir()
    return HostileFolder(tmp_path / 'in')


@pytest.mark.slow
@pytest.mark.parametrize('number, ending', [(1700, '.pth'), (300, '.onnx')])
def test_two_thousand_inputs_do_no_harm(tmp_path: Path, hostile: HostileFolder,
                                        number: int, ending: str) -> None:
    """In either runtime."""
    weights = 'tiny.pth'
    if ending == '.onnx':
        weights = str(find_checkpoint(endings=[ending]))
    else:
        write_tiny_checkpoint(tmp_path / weights)
    hostile.fill(number)
    before = fingerprints(tmp_path / 'in')
    peak, start = peak_memory() or 0, time.perf_counter()
    assert main([
        'in', '-o', 'out', '--recursive', '--report', 'r.json', '--workers',
        '2', '--checkpoint', weights, '--device', 'cpu', '--threshold', '0.5'
    ]) == 1
    assert time.perf_counter() - start < 300
    assert (peak_memory() or 0) - peak < 1e9
    assert fingerprints(tmp_path / 'in') == before
    counts = check_report(tmp_path / 'r.json', hostile)
    # Too small to be judged, but a threshold means what it says.
    ends = [counts[end] for end in ('restored', 'not looked at')]
    assert counts['failed'] + sum(ends) == number
    assert min(counts['failed'], *ends) > number // 100


@pytest.mark.slow
def test_in_place_only_readable_inputs_change(
        tmp_path: Path, hostile: HostileFolder,
        restore: Callable[..., int]) -> None:
    hostile.fill(500)
    before = fingerprints(tmp_path / 'in')
    assert restore('in', '--in-place', '--format', 'keep', '--recursive',
                   '--report', 'r.json', '--restore-uncertain', '--workers',
                   2) == 1
    counts = check_report(tmp_path / 'r.json', hostile)
    after = fingerprints(tmp_path / 'in')
    assert after.keys() == before.keys()
    changed = [path for path in after if after[path] != before[path]]
    assert 10 < len(changed) <= counts['restored'] + counts['uncertain']
    for path in changed:
        pages = TiffPages.find(Path(path).read_bytes())
        photograph = pages.read(0) if pages else read_photograph(path)
        assert photograph.pixels.size
