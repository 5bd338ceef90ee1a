"""Replacing originals: only when asked for, and never half of one."""
import os
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from known_inferencer import (FILLING, KnownInferencer, contents, picture,
                              pixels_of, save)
from PIL import Image

Restore = Callable[..., int]


def test_damaged_originals_are_replaced_and_no_others(
        tmp_path: Path, restore: Restore) -> None:
    for name, num_damaged in (('damaged', 9), ('clean', 0), ('uncertain', 3)):
        save(tmp_path / 'in' / f'{name}.png', picture(num_damaged))
    before = contents(tmp_path / 'in')
    times = {path.name: path.stat().st_mtime_ns
             for path in (tmp_path / 'in').iterdir()}  # yapf: disable
    assert restore('in', '--in-place') == 0
    after = contents(tmp_path / 'in')
    assert (pixels_of(tmp_path / 'in' / 'damaged.png')[0, :9] == FILLING).all()
    for name in ('clean.png', 'uncertain.png'):
        assert after[name] == before[name]
        assert (tmp_path / 'in' / name).stat().st_mtime_ns == times[name]
    assert set(after) == set(before)
    assert restore('in', '--in-place', '--restore-uncertain') == 0
    uncertain = pixels_of(tmp_path / 'in' / 'uncertain.png')
    assert (uncertain[0, :3] == FILLING).all()


@pytest.mark.parametrize('ending', ['bmp', 'tif', 'ppm', 'webp'])
def test_lossless_formats_stay_what_they_are(tmp_path: Path, restore: Restore,
                                             ending: str) -> None:
    options = dict(lossless=True) if ending == 'webp' else {}
    path = save(tmp_path / f'a.{ending}', picture(), **options)
    kind = Image.open(path).format
    assert restore(path, '--in-place') == 0
    assert Image.open(path).format == kind
    restored = pixels_of(path)
    assert (restored[0, :9] == FILLING).all()
    np.testing.assert_array_equal(restored[5:], picture()[5:])


def test_lossy_formats_need_consent(tmp_path: Path, restore: Restore,
                                    capsys: pytest.CaptureFixture) -> None:
    white = np.full((32, 32, 3), 255, np.uint8)
    jpeg = save(tmp_path / 'a.jpg', white)
    disguised = save(tmp_path / 'b.png', white, format='JPEG')
    before = contents(tmp_path)
    with pytest.raises(SystemExit, match='2'):
        restore(jpeg, disguised, '--in-place')
    assert '--in-place needs --format keep' in capsys.readouterr().err
    assert restore(disguised, '--in-place') == 1
    assert 'with --format keep only' in capsys.readouterr().err
    assert contents(tmp_path) == before
    assert restore(jpeg, disguised, '--in-place', '--format', 'keep') == 0
    for path in (jpeg, disguised):
        assert Image.open(path).format == 'JPEG'
        assert abs(pixels_of(path)[8:24, 8:24] - float(FILLING)).max() < 4


def test_one_file_of_many_names_is_restored_once(tmp_path: Path,
                                                 restore: Restore) -> None:
    path = save(tmp_path / 'in' / 'a.png', picture())
    os.symlink('a.png', tmp_path / 'in' / 'b.png')
    os.link(path, tmp_path / 'in' / 'c.png')
    assert restore('in', 'in/b.png', '--in-place') == 0
    assert len(KnownInferencer.latest.batches) == 1
    assert (tmp_path / 'in' / 'b.png').is_symlink()
    assert (pixels_of(tmp_path / 'in' / 'b.png')[0, :9] == FILLING).all()


def test_a_link_alone_is_followed(tmp_path: Path, restore: Restore) -> None:
    path = save(tmp_path / 'far' / 'a.png', picture())
    os.symlink(path, tmp_path / 'b.png')
    assert restore('b.png', '--in-place') == 0
    assert (tmp_path / 'b.png').is_symlink()
    assert (pixels_of(path)[0, :9] == FILLING).all()


def test_what_changed_meanwhile_is_not_replaced(
        tmp_path: Path, restore: Restore, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture) -> None:
    path = save(tmp_path / 'a.png', picture())
    restore_really = KnownInferencer.restore

    def edit_and_restore(*args: object, **options: object) -> object:
        path.write_bytes(b'newer')
        return restore_really(*args, **options)

    monkeypatch.setattr(KnownInferencer, 'restore', edit_and_restore)
    assert restore(path, '--in-place') == 1
    assert 'has changed it meanwhile' in capsys.readouterr().err
    assert path.read_bytes() == b'newer'


def test_masks_go_to_a_folder_of_their_own(tmp_path: Path,
                                           restore: Restore) -> None:
    save(tmp_path / 'in' / 'a.png', picture())
    for _ in range(2):
        assert restore('in', '--in-place', '--recursive', '--save', 'mask',
                       '--save-to', 'in/masks') == 0
    assert set(contents(tmp_path / 'in')) == {
        'a.png', os.path.join('masks', 'a_mask.png')}  # yapf: disable


@pytest.mark.parametrize('given', ['in', 'in/a.png'])
def test_masks_do_not_go_among_the_originals(
        tmp_path: Path, restore: Restore, given: str,
        capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'in' / 'a.png', picture())
    with pytest.raises(SystemExit, match='2'):
        restore(given, '--in-place', '--save', 'mask', '--save-to', 'in')
    assert '--save-to needs a folder of its own' in capsys.readouterr().err
