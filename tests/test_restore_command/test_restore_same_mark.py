"""``hcl-restore --same-mark``: one mark, many photographs."""
import json
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import pytest
from known_inferencer import contents, pixels_of, save
from marked_photographs import SIZE, mark_opacity, photographs, psnr, stamp

from hcl_mmagic.restore_command.main import main

Restore = Callable[..., int]
WHITE = (255, 255, 255)
INSIDE = mark_opacity() > 0.02
ALONE = range(0, 20, 3)


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs with one mark and one without, restored with the shipped
    weights together, and some of them each alone."""
    folder = tmp_path_factory.mktemp('marked')
    for number, item in enumerate(photographs()):
        pixels = stamp(item, mark_opacity(0.4), WHITE)
        save(folder / 'in' / f'{number:02}.png', pixels)
    save(folder / 'in' / 'unmarked.png', photographs(1, seed=9)[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main([
            'in', '-o', 'together', '--report', 'r.json', '--save', 'mask',
            '--device', 'cpu', '--same-mark'
        ]) == 0
        alone = [f'in/{number:02}.png' for number in ALONE]
        assert main([*alone, '-o', 'alone', '--device', 'cpu']) == 0
    return folder


def results(folder: Path, out: str) -> List[np.ndarray]:
    return [pixels_of(folder / out / f'{number:02}.png') for number in ALONE]


def rows_of(folder: Path) -> Dict[str, dict]:
    report = json.loads((folder / 'r.json').read_text())
    return {Path(row['input']).name: row for row in report['photographs']}


def test_twenty_photographs_tell_more_than_each_alone(folder: Path) -> None:
    truth = [photographs()[number] for number in ALONE]
    together = psnr(results(folder, 'together'), truth, INSIDE)
    assert together > psnr(results(folder, 'alone'), truth, INSIDE) + 6


def test_what_the_mask_leaves_out_is_the_original(folder: Path) -> None:
    for path in (folder / 'in').glob('*.png'):
        before = pixels_of(path)
        after = pixels_of(folder / 'together' / path.name)
        mask = pixels_of(folder / 'together' / f'{path.stem}_mask.png')
        assert np.array_equal(after[mask == 0], before[mask == 0])


def test_the_report_says_what_was_taken_away(folder: Path) -> None:
    rows = rows_of(folder)
    assert rows.pop('unmarked.png')['mark'] == []
    for row in rows.values():
        assert row['status'] == 'restored' and row['verdict'] == 'damaged'
        for part in row['mark']:
            assert part['opacity'] == pytest.approx(0.4, abs=0.03)
            assert np.allclose(part['colour'], WHITE, atol=8)
        x, y, width, height = row['mark'][0]['box']
        assert x + width <= SIZE[1] and y + height <= SIZE[0]


def test_a_mark_that_must_stay_is_not_reported(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main([
            'in', '-o', 'kept', '--report', 'kept.json', '--device', 'cpu',
            '--same-mark', '--exclude', f'0,0,{SIZE[1]},{SIZE[0]}'
        ]) == 0
    report = json.loads((folder / 'kept.json').read_text())
    assert {str(row['mark']) for row in report['photographs']} == {'[]'}
    assert contents(folder / 'kept') == contents(folder / 'in')


def test_too_few_of_one_size_change_nothing(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    for number, item in enumerate(photographs(4)):
        save(tmp_path / 'in' / f'{number}.png', item)
    save(tmp_path / 'in' / 'other.png', photographs(1, size=(90, 90))[0])
    (tmp_path / 'in' / 'broken.jpg').write_bytes(b'no photograph')
    before = contents(tmp_path / 'in')
    assert restore('in', '--in-place', '--format', 'keep', '--same-mark') == 1
    assert ('at least 5 photographs of one size, but no more than 4'
            in capsys.readouterr().err)
    assert contents(tmp_path / 'in') == before


@pytest.mark.parametrize('more, reason', [
    (['--watch'], 'arrive one by one'),
    (['--mask', 'm.png'], 'say --mask-mode add or subtract'),
    (['--detections', 'd'], 'still have the mark'),
    (['--save', 'mask,detection'], 'photograph with the mark'),
    (['--reverse'], 'keep the mark'),
])  # yapf: disable
def test_what_does_not_go_with_it_is_refused(restore: Restore,
                                             capsys: pytest.CaptureFixture,
                                             more: list, reason: str) -> None:
    with pytest.raises(SystemExit, match='2'):
        restore('in', '-o', 'out', '--same-mark', *more)
    assert reason in capsys.readouterr().err
