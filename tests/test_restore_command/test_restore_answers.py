"""What the command says of what it did, did not, and would do."""
import csv
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Callable

import numpy as np
import pytest
from known_inferencer import KnownInferencer, contents, picture, save
from PIL import Image

from hcl_mmagic import __version__
from hcl_mmagic.apis.results import JudgedRegion, RestorationResult, Verdict
from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.photograph import Photograph
from hcl_mmagic.restore_command.argument_types import as_typed
from hcl_mmagic.restore_command.report import (Entry, doubtful, reason_of,
                                               weights_in_words)
from hcl_mmagic.restore_command.result_writing import note_result

Restore = Callable[..., int]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(tmp_path: Path) -> dict:
    photographs = json.loads((tmp_path / 'r.json').read_text())['photographs']
    return {Path(row['input']).name: row for row in photographs}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / 'in' / 'damaged.png', picture(9))
    save(tmp_path / 'in' / 'clean.png', picture(0))
    save(tmp_path / 'in' / 'doubt.png', picture(3))
    return tmp_path


def test_a_row_tells_all_that_made_a_result(folder: Path,
                                            restore: Restore) -> None:
    assert restore('in', '-o', 'out', '--report', 'r.json', '--threshold',
                   '0.4', '--exclude', '1,2,3,4', '--recursive') == 0
    found = rows(folder)
    for name in ('damaged.png', 'clean.png', 'doubt.png'):
        row = found[name]
        assert row['input_sha256'] == digest(folder / 'in' / name)
        assert row['output_sha256'] == digest(folder / 'out' / name)
        assert row['version'] == __version__ and row['seconds'] > 0
        assert row['options'] == dict(
            out='out', report='r.json', threshold=0.4, exclude=[[1, 2, 3, 4]],
            recursive=True)  # yapf: disable
    assert found['doubt.png']['verdict'] == 'uncertain'


def test_a_row_of_a_table_tells_it_too(folder: Path, restore: Restore) -> None:
    assert restore('in', '-o', 'out', '--report', 'r.csv', '--min-area',
                   '2') == 0
    with open(folder / 'r.csv', newline='', encoding='utf-8') as file:
        row = next(
            row for row in csv.DictReader(file)
            if row['input'].endswith('doubt.png'))
    assert row['output_sha256'] == digest(folder / 'out' / 'doubt.png')
    assert json.loads(row['options'])['min_area'] == 2
    region, = json.loads(row['regions'])
    assert region['box'] == [0, 0, 3, 1] and region['label'] == 'uncertain'


def test_results_in_place_have_their_hash(folder: Path,
                                          restore: Restore) -> None:
    before = digest(folder / 'in' / 'damaged.png')
    assert restore('in', '--in-place', '--report', 'r.json') == 0
    row = rows(folder)['damaged.png']
    assert row['input_sha256'] == before
    assert row['output_sha256'] == digest(folder / 'in' / 'damaged.png')
    assert rows(folder)['clean.png']['output_sha256'] is None


def test_weights_are_named() -> None:
    networks = dict(hcl=dict(name='a', path='a.pth', sha256='12'),
                    inpaintor=None)  # yapf: disable
    assert weights_in_words(networks) == 'a 12'


def test_regions_that_are_not_clean_are_listed() -> None:
    photograph = Photograph(picture())
    mask = np.ones((12, 16), np.uint8)
    regions = (JudgedRegion((5, 6, 7, 8), 40, 0.6, 'uncertain'),
               JudgedRegion((1, 2, 3, 4), 9, 0.2, 'clean'))
    entry = Entry('a.png', 'uncertain')
    note_result(
        entry,
        RestorationResult(None, photograph, photograph, mask,
                          mask.astype(np.float32),
                          Verdict('uncertain', 0.6, regions), {}))
    assert entry.regions == [
        dict(box=(5, 6, 7, 8), area=40, probability=0.6, label='uncertain')
    ]
    assert doubtful([entry, Entry('b.png', 'clean')]) == [
        'Uncertain: a.png: probability of damage 0.60; 7 x 8 pixels at 5,6 '
        '(0.60)'
    ]


def test_many_doubts_are_counted() -> None:
    lines = doubtful([Entry(f'{n}', 'uncertain') for n in range(30)], most=5)
    assert lines[:2] == ['Uncertain: 0', 'Uncertain: 1']
    assert len(lines) == 6 and lines[-1] == 'Uncertain: 25 more'


def test_uncertain_ones_are_named(folder: Path, restore: Restore,
                                  capsys: pytest.CaptureFixture) -> None:
    assert restore('in', '-o', 'out') == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        f'Uncertain: {Path("in/doubt.png")}: probability of damage 0.50; '
        '3 x 1 pixels at 0,0 (0.50)'
    ]


@pytest.mark.parametrize('arguments, note', [
    (['--mask', 'm.png', '--threshold', '0.3', '--min-area', '3'
      ], '--threshold, --min-area has no effect with --mask alone'),
    (['--recursive'], '--recursive has no effect: no folder was named'),
    (['--dry-run', '--report', 'r.json'], '--report has no effect'),
    (['--clean-below', '0.2'], '--clean-below and --damaged-above have no ef'),
])
def test_options_without_effect_say_so(folder: Path, restore: Restore,
                                       capsys: pytest.CaptureFixture,
                                       arguments: list, note: str) -> None:
    save(folder / 'm.png', picture()[..., 0])
    assert restore('in/damaged.png', '-o', 'out', *arguments) == 0
    assert f'Note: {note}' in capsys.readouterr().err


def test_options_without_effect_on_clean_ones_say_so(
        folder: Path, restore: Restore, capsys: pytest.CaptureFixture) -> None:
    assert restore('in', '-o', 'out', '--min-area', '2', '--dilate', '3') == 0
    error = capsys.readouterr().err
    assert ('--min-area, --dilate had no effect on 1 of the photographs: '
            'they were called clean; --threshold 0.5') in error
    assert restore('in', '-o', 'out', '--dilate', '3', '--include',
                   '0,0,9,9') == 0
    assert 'no effect' not in capsys.readouterr().err
    assert restore('in/damaged.png', '-o', 'out', '--threshold', '0.3') == 0
    assert 'no effect' not in capsys.readouterr().err


@pytest.mark.parametrize('arguments, thresholds', [
    (['--clean-below', '0'], (0, 0.8)),
    (['--damaged-above', '0.9'], (0.3, 0.9)),
])
def test_one_threshold_of_the_verdict_is_enough(
        folder: Path, restore: Restore, monkeypatch: pytest.MonkeyPatch,
        arguments: list, thresholds: tuple) -> None:
    monkeypatch.setattr(KnownInferencer, 'known_calibration',
                        SimpleNamespace(thresholds=(0.3, 0.8)))
    assert restore('in', '-o', 'out', *arguments) == 0
    assert KnownInferencer.latest.verdict_thresholds == thresholds
    with pytest.raises(SystemExit, match='2'):
        restore('in', '-o', 'out', '--clean-below', '0.9')


def test_a_dry_run_says_what_would_be_done(folder: Path, restore: Restore,
                                           capsys: pytest.CaptureFixture,
                                           monkeypatch: pytest.MonkeyPatch
                                           ) -> None:  # yapf: disable
    monkeypatch.delattr('hcl_mmagic.apis.HCLInferencer')
    (folder / 'in' / 'broken.png').write_bytes(b'\x89PNG')
    save(folder / 'in' / 'photo.jpg', picture())
    save(folder / 'in' / 'fax.png', picture()[..., 0] > 99)
    save(folder / 'out' / 'clean.png', picture())
    before = contents(folder)
    assert restore('in', '-o', 'out', '--dry-run', '--skip-existing') == 1
    assert contents(folder) == before
    lines = capsys.readouterr().out.splitlines()
    starts = ['fail     in/broken.png: in/broken.png ',
              'skip     in/clean.png: its result is there',
              'restore  in/damaged.png -> out/damaged.png',
              'restore  in/doubt.png -> out/doubt.png',
              'copy     in/fax.png: it holds black and white only',
              'restore  in/photo.jpg -> out/photo.png',
              '6 photographs; nothing was written.']  # yapf: disable
    assert len(lines) == len(starts)
    for line, start in zip(lines, starts):
        assert line.startswith(start)


def test_a_dry_run_knows_what_in_place_refuses(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    pixels = picture(9, (64, 80))
    save(
        tmp_path / 'a.mpo',
        pixels,
        format='MPO',
        save_all=True,
        append_images=[Image.fromarray(pixels)])
    assert restore('a.mpo', '--in-place', '--format', 'keep', '--dry-run') == 0
    assert ('fail     a.mpo, if it is damaged: restored in place it would lose'
            in capsys.readouterr().out)


def test_a_dry_run_makes_no_folder(folder: Path, restore: Restore) -> None:
    assert restore('in', '-o', 'new/out', '--dry-run') == 0
    assert not (folder / 'new').exists()


@pytest.mark.parametrize('message, typed', [
    ('needs 5 GB: raise max_memory, or', 'needs 5 GB: raise --max-memory, or'),
    ('min_area must be a number', '--min-area must be a number'),
    ('threshold must be between', '--threshold must be between'),
    ('--max-memory stays', '--max-memory stays'),
    ('the threshold of max_memory_x', 'the threshold of max_memory_x'),
    ('a/exclude/b.png', 'a/exclude/b.png'),
])
def test_options_are_named_as_typed(message: str, typed: str) -> None:
    assert as_typed(message) == typed
    assert reason_of(PhotographError(message)) == typed
