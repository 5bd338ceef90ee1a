"""The report, its numbers and its names."""
import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from hcl_mmagic.errors import HCLError
from hcl_mmagic.restore_command.report import (Entry, count, peak_memory,
                                               printable, reason_of, summary,
                                               write_report)

NAMES = ['plain.png', 'Gr\u00fc\u00dfe \u5199\u771f.png', 'a,"b"\n.png',
         'bytes \udcff.png']  # yapf: disable


@pytest.fixture
def entries() -> list:
    return [Entry(name, 'restored') for name in NAMES]


def test_json_reads_back_as_it_was(tmp_path: Path, entries: list) -> None:
    entries[0].fail(HCLError('why'))
    write_report(str(tmp_path / 'r.json'), entries, 1.5)
    content = (tmp_path / 'r.json').read_bytes()
    assert NAMES[1].encode() in content
    report = json.loads(content.decode('utf-8'))
    assert [line['input'] for line in report['photographs']] == NAMES
    assert report['photographs'][0]['reason'] == 'why'
    assert report['complete'] is True and report['seconds'] == 1.5
    assert report['counts']['restored'] == 3
    assert report['counts']['failed'] == 1


def test_what_was_not_reached_is_said(tmp_path: Path, entries: list) -> None:
    entries.append(Entry('later.png'))
    write_report(str(tmp_path / 'r.json'), entries, 1)
    report = json.loads((tmp_path / 'r.json').read_text())
    assert report['complete'] is False
    assert report['photographs'][-1]['status'] == 'not reached'
    assert summary(
        count(entries),
        1).startswith('5 photographs: 4 restored, 1 not reached; 1.0 s')


def test_tables_read_back(tmp_path: Path, entries: list) -> None:
    entries[0].outputs = dict(restored='out/a.png')
    write_report(str(tmp_path / 'r.csv'), entries, 1)
    text = (tmp_path / 'r.csv').read_bytes().decode('utf-8')
    lines = list(csv.DictReader(io.StringIO(text, newline='')))
    assert [line['input'] for line in lines] == [
        *NAMES[:3], 'bytes \\udcff.png']  # yapf: disable
    assert lines[0]['restored'] == 'out/a.png' and lines[1]['restored'] == ''


@pytest.mark.parametrize('error, reason', [
    (HCLError('two\n lines'), 'two lines'),
    (PermissionError(13, 'Permission denied', 'a'), 'Permission denied'),
    (MemoryError(), 'not enough memory'),
    (RuntimeError('oh'), 'unexpected RuntimeError: oh'),
])
def test_reasons_are_one_line(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


def test_every_status_is_counted() -> None:
    counts = count([Entry('a', 'clean'), Entry('b', 'clean'), Entry('c')])
    assert counts['clean'] == 2 and sum(counts.values()) == 3


@pytest.mark.parametrize('text, shown', [
    ('\u5199.png', '\u5199.png'),
    ('a\n\x1b[31m.png', 'a\\n\\x1b[31m.png'),
    ('\udcff.png', '\\udcff.png'),
    ("it's", "it's"),
])
def test_names_cannot_disturb_a_terminal(text: str, shown: str) -> None:
    if (sys.stderr.encoding or '').lower() == 'utf-8':
        assert printable(text) == shown
    printable(text).encode(sys.stderr.encoding or 'ascii')


def test_peak_memory_is_in_bytes() -> None:
    if peak_memory() is None:
        pytest.skip('the system does not tell')
    code = ('import numpy; from hcl_mmagic.restore_command import report; '
            'numpy.ones(500_000_000, numpy.uint8); '
            'print(report.peak_memory())')
    printed = subprocess.run([sys.executable, '-c', code],
                             capture_output=True,
                             check=True).stdout
    assert 0.5e9 < int(printed) < 1e9
