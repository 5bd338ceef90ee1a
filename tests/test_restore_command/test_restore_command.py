"""Folders of photographs through the whole command."""
import csv
import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from known_inferencer import (FILLING, KnownInferencer, contents, picture,
                              pixels_of, save)
from PIL import Image

from hcl_mmagic.restore_command.main import main

Restore = Callable[..., int]
EXTRAS = ('--save', 'mask,confidence,panel')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A damaged, a clean, an uncertain and a broken photograph."""
    save(tmp_path / 'in' / 'damaged.png', picture(9))
    save(tmp_path / 'in' / 'clean.png', picture(0))
    save(tmp_path / 'in' / 'below' / 'uncertain.png', picture(3))
    (tmp_path / 'in' / 'below' / 'broken.jpg').write_bytes(b'\xff\xd8\xffno')
    return tmp_path


def read_report(path: Path) -> dict:
    """Lines of the report by file name."""
    photographs = json.loads(path.read_text())['photographs']
    return {Path(line['input']).name: line for line in photographs}


def test_results_keep_their_paths_and_originals_their_bytes(
        folder: Path, restore: Restore) -> None:
    before = contents(folder / 'in')
    assert restore('in', '-o', 'out', '--recursive') == 1
    assert contents(folder / 'in') == before
    after = contents(folder / 'out')
    below = os.path.join('below', 'uncertain.png')
    assert set(after) == {'damaged.png', 'clean.png', below}
    assert after['clean.png'] == before['clean.png']
    restored = pixels_of(folder / 'out' / 'damaged.png')
    assert (restored[0, :9] == FILLING).all()
    np.testing.assert_array_equal(restored[5:], picture()[5:])
    assert (pixels_of(folder / 'out' / below)[0, :3] == FILLING).all()


def test_the_report_names_every_input(folder: Path, restore: Restore,
                                      capsys: pytest.CaptureFixture) -> None:
    restore('in', 'missing.png', '-o', 'out', '--recursive', '--report',
            'reports/r.json', *EXTRAS)
    lines = read_report(folder / 'reports' / 'r.json')
    assert {
        name: line['status']
        for name, line in lines.items()
    } == {
        'damaged.png': 'restored',
        'clean.png': 'clean',
        'uncertain.png': 'uncertain',
        'broken.jpg': 'failed',
        'missing.png': 'failed'
    }
    damaged = lines['damaged.png']
    assert damaged['probability'] == 1 and damaged['seconds'] > 0
    mask = pixels_of(folder / damaged['outputs']['mask'])
    assert damaged['changed_share'] == pytest.approx((mask == 255).mean())
    assert set(lines['clean.png']['outputs']) == {
        'copy', 'mask', 'confidence', 'panel'}  # yapf: disable
    assert 'no such file' in lines['missing.png']['reason']
    captured = capsys.readouterr()
    assert 'broken.jpg' in captured.err and 'missing.png' in captured.err
    assert captured.out.startswith(
        '5 photographs: 1 restored, 1 clean, 1 uncertain, 2 failed; ')
    assert 'peak memory' in captured.out


def test_the_report_can_be_a_table(folder: Path, restore: Restore) -> None:
    restore('in', '-o', 'out', '--recursive', '--report', 'r.CSV')
    with open(folder / 'r.CSV', newline='', encoding='utf-8') as file:
        lines = list(csv.DictReader(file))
    assert [line['status'] for line in lines] == [
        'failed', 'uncertain', 'clean', 'restored']  # yapf: disable
    assert Path(lines[3]['restored']) == Path('out/damaged.png')


def test_extras_lie_beside_the_results(folder: Path, restore: Restore) -> None:
    assert restore('in/damaged.png', '-o', 'out', *EXTRAS) == 0
    mask = Image.open(folder / 'out' / 'damaged_mask.png')
    assert mask.mode == 'L' and set(np.unique(mask)) == {0, 255}
    original, restored = picture(), pixels_of(folder / 'out' / 'damaged.png')
    unchanged = np.asarray(mask) == 0
    np.testing.assert_array_equal(restored[unchanged], original[unchanged])
    assert (restored[~unchanged] == FILLING).all()
    confidence = pixels_of(folder / 'out' / 'damaged_confidence.png')
    np.testing.assert_array_equal(confidence,
                                  65535 * (original == 255).all(axis=2))
    assert Image.open(folder / 'out' / 'damaged_panel.png').mode == 'RGB'


def test_layers_for_editors(folder: Path, restore: Restore) -> None:
    assert restore('in/damaged.png', '-o', 'out', '--save', 'layers') == 0
    with zipfile.ZipFile(folder / 'out' / 'damaged_layers.ora') as archive:
        repair = Image.open(archive.open('data/repair.png'))
        repair.load()
    restored = pixels_of(folder / 'out' / 'damaged.png')
    assert repair.mode == 'RGBA'
    assert np.array_equal(np.asarray(repair)[..., :3], restored)
    assert (np.asarray(repair)[0, :9, 3] == 255).all()


def test_masks_can_go_elsewhere(folder: Path, restore: Restore) -> None:
    restore('in', '-o', 'out', '--save', 'mask', '--save-to', 'masks')
    assert set(contents(folder / 'out')) == {'damaged.png', 'clean.png'}
    assert set(contents(folder / 'masks')) == {
        'damaged_mask.png', 'clean_mask.png'}  # yapf: disable


def test_a_jpeg_comes_back_without_loss(tmp_path: Path,
                                        restore: Restore) -> None:
    pixels = np.full((32, 32, 3), 255, np.uint8)
    path = save(tmp_path / 'a.JPG', pixels)
    assert restore(path, '-o', 'out') == 0
    assert set(contents(tmp_path / 'out')) == {'a.png'}
    assert restore(path, '-o', 'kept', '--format', 'keep', '--report',
                   'r.json') == 0
    assert Image.open(tmp_path / 'kept' / 'a.JPG').format == 'JPEG'
    assert 'encoded again' in read_report(tmp_path / 'r.json')['a.JPG']['note']


def test_names_follow_the_content_where_an_ending_lies(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'in' / 'tiff.jpg', picture(), format='TIFF')
    save(tmp_path / 'in' / 'png.tif', picture(), format='PNG')
    save(tmp_path / 'in' / 'none', picture(), format='PNG')
    assert restore('in/tiff.jpg', 'in/png.tif', 'in/none', '-o', 'out') == 1
    assert 'tiff.jpg: its name should end with .tif' in capsys.readouterr().err
    assert set(contents(tmp_path / 'out')) == {'png.png', 'none.png'}


def test_results_of_an_earlier_run_are_no_inputs(folder: Path,
                                                 restore: Restore) -> None:
    for _ in range(2):
        restore('in', '-o', 'in/results/new', '--recursive', *EXTRAS)
    results = contents(folder / 'in' / 'results')
    assert len(results) == 3 * 4 and len(contents(folder / 'in')) == 16


@pytest.mark.parametrize('arguments', [
    ['in', '-o', 'in'],
    ['in/damaged.png', '-o', 'in'],
    ['in', '-o', 'link'],
    ['in/below', 'in', '-o', '.'],
    ['in/damaged.png', 'mas*/damaged_mask.png', '-o', 'out', '--save',
     'mask', '--save-to', 'mask'],
])  # yapf: disable
def test_originals_are_not_overwritten(folder: Path, restore: Restore,
                                       arguments: list,
                                       capsys: pytest.CaptureFixture) -> None:
    save(folder / 'mask' / 'damaged_mask.png', picture(0))
    os.symlink('in', folder / 'link')
    before = contents(folder)
    with pytest.raises(SystemExit, match='2'):
        restore(*arguments)
    error = capsys.readouterr().err.splitlines()[-1]
    assert 'is an original and would be overwritten' in error
    assert contents(folder) == before


def test_links_in_the_results_are_not_written_through(
        folder: Path, restore: Restore, capsys: pytest.CaptureFixture) -> None:
    treasure = save(folder / 'treasure.png', picture(1))
    (folder / 'out').mkdir()
    os.symlink(treasure, folder / 'out' / 'damaged.png')
    before = treasure.read_bytes()
    assert restore('in/damaged.png', '-o', 'out') == 1
    assert 'damaged.png is a link' in capsys.readouterr().err
    assert treasure.read_bytes() == before


def test_existing_results_are_skipped(folder: Path, restore: Restore) -> None:
    restore('in', '-o', 'out')
    earlier = contents(folder / 'out')
    save(folder / 'in' / 'new.png', picture())
    save(folder / 'in' / 'damaged.png', picture(8))
    assert restore('in', '-o', 'out', '--skip-existing', '--report',
                   'r.json') == 0
    statuses = {name: line['status']
                for name, line in read_report(folder / 'r.json').items()
                }  # yapf: disable
    assert statuses == {
        'damaged.png': 'skipped',
        'clean.png': 'skipped',
        'new.png': 'restored'
    }
    assert contents(folder / 'out').items() >= earlier.items()


def test_no_network_is_loaded_for_nothing(folder: Path, restore: Restore,
                                          monkeypatch: pytest.MonkeyPatch
                                          ) -> None:  # yapf: disable
    restore('in', '-o', 'out')
    monkeypatch.delattr('hcl_mmagic.apis.HCLInferencer')
    assert restore('in', '-o', 'out', '--skip-existing') == 0


def test_no_photograph_is_an_error(folder: Path, restore: Restore,
                                   capsys: pytest.CaptureFixture) -> None:
    (folder / 'empty' / 'below').mkdir(parents=True)
    assert restore('empty', '-o', 'out') == 1
    assert capsys.readouterr().err.splitlines() == [
        'Error: There is no photograph in empty; --recursive looks in the '
        'folders below, too.'
    ]


@pytest.mark.parametrize('arguments, message', [
    (['--threshold', '2'], 'threshold must be between 0 and 1'),
    (['--exclude', '1,2,3'], 'exclude takes rectangles'),
    (['--report', 'in.csv'], 'in.csv is a folder'),
    (['--report', 'in/damaged.png/r.csv'], 'Cannot make the folder'),
])
def test_options_that_cannot_work_end_in_one_line(
        folder: Path, restore: Restore, capsys: pytest.CaptureFixture,
        arguments: list, message: str) -> None:
    (folder / 'in.csv').mkdir()
    with pytest.raises(SystemExit, match='2'):
        restore('in', '-o', 'out', *arguments)
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_no_checkpoint_is_one_line(tmp_path: Path,
                                   monkeypatch: pytest.MonkeyPatch,
                                   capsys: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / 'a.png', picture())
    assert main(['a.png', '-o', 'out', '--checkpoint', 'none.pth']) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith('Error: ') and 'none.pth' in error


def test_a_report_that_cannot_be_written_is_one_line(
        folder: Path, restore: Restore, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture) -> None:

    def refuse(*_: object) -> None:
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr('hcl_mmagic.restore_command.report.write_file', refuse)
    assert restore('in', '-o', 'out', '--report', 'r.json') == 1
    captured = capsys.readouterr()
    assert '2 photographs: ' in captured.out
    assert captured.err.splitlines()[-1] == (
        'Error: Cannot write the report r.json: No space left on device; the '
        'photographs are done.')


def test_options_reach_the_inferencer(folder: Path, restore: Restore) -> None:
    restore('in', '-o', 'out', '--checkpoint', 'c.pth', '--device', 'cuda:1',
            '--dtype', 'bfloat16', '--max-memory', '800MB', '--reverse',
            '--dilate', '1', '--include', '0,0,9,9', '--clean-below', '0.1',
            '--damaged-above', '0.9')
    latest = KnownInferencer.latest
    assert latest.settings['checkpoint'] == 'c.pth'
    assert latest.settings['device'] == 'cuda:1'
    assert latest.settings['dtype'] == 'bfloat16'
    assert latest.settings['max_memory'] == '800MB'
    assert latest.settings['reverse'] is True
    assert latest.settings['verdict_thresholds'] == (0.1, 0.9)
    assert latest.mask_options.dilate == 1
    assert latest.mask_options.feather is None
    assert latest.mask_options.include == ((0, 0, 9, 9), )


def test_file_modes_of_results_are_ordinary(folder: Path,
                                            restore: Restore) -> None:
    restore('in', '-o', 'out')
    (folder / 'plain').touch()
    assert stat.S_IMODE((folder / 'out' / 'damaged.png').stat().st_mode) == \
        stat.S_IMODE((folder / 'plain').stat().st_mode)
