"""Files of several pages, inks, infrared and small ones through the
command."""
import io
import json
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
import tifffile
from known_inferencer import DAMAGE, FILLING, picture, save
from PIL import Image

from hcl_mmagic.photographs.unjudged import why_not_judged
from hcl_mmagic.restore_command import input_reading

Restore = Callable[..., int]
HARD = '--dilate', 0, '--feather', 0


def write_pages(path: Path, *pages: np.ndarray) -> Path:
    with tifffile.TiffWriter(path) as writer:
        for page in pages:
            writer.write(
                page, photometric='rgb' if page.ndim == 3 else 'minisblack',
                metadata=None)  # yapf: disable
    return path


def read_row(tmp_path: Path) -> dict:
    row, = json.loads((tmp_path / 'r.json').read_text())['photographs']
    return row


def test_each_page_is_restored_and_kept_as_a_page(tmp_path: Path,
                                                  restore: Restore) -> None:
    pages = [picture(9), picture(0, seed=1), picture(3, seed=2)]
    path = write_pages(tmp_path / 'a.tif', *pages)
    before = path.read_bytes()
    assert restore('a.tif', '-o', 'out', '--report', 'r.json', '--save',
                   'mask') == 0
    assert path.read_bytes() == before
    row = read_row(tmp_path)
    assert row['status'] == 'uncertain'
    assert [page['status'] for page in row['pages']] == [
        'restored', 'clean', 'uncertain']  # yapf: disable
    with tifffile.TiffFile(tmp_path / 'out' / 'a.tif') as file:
        found = [page.asarray() for page in file.pages]
    assert len(found) == 3
    assert (found[0][0, :9] == FILLING).all()
    assert np.array_equal(found[1], pages[1])
    mask = Image.open(tmp_path / row['pages'][2]['outputs']['mask'])
    assert np.array_equal(np.asarray(mask) > 0, (found[2] != pages[2]).any(2))


def test_pages_without_damage_are_copied(tmp_path: Path,
                                         restore: Restore) -> None:
    path = write_pages(tmp_path / 'a.tif', picture(0), picture(0, seed=1))
    assert restore('a.tif', '-o', 'out') == 0
    assert (tmp_path / 'out' / 'a.tif').read_bytes() == path.read_bytes()


def test_in_place_only_sure_pages_change(tmp_path: Path,
                                         restore: Restore) -> None:
    pages = [picture(9), picture(3, seed=2)]
    path = write_pages(tmp_path / 'a.tif', *pages)
    assert restore('a.tif', '--in-place') == 0
    with tifffile.TiffFile(path) as file:
        found = [page.asarray() for page in file.pages]
    assert (found[0][0, :9] == FILLING).all()
    assert np.array_equal(found[1], pages[1])


def test_a_page_that_cannot_be_read_is_named(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    write_pages(tmp_path / 'a.tif', picture(9),
                np.zeros((12, 16), np.float32))  # yapf: disable
    assert restore('a.tif', '-o', 'out') == 1
    assert ('page 2: is a TIFF file of 32-bit floating-point'
            in capsys.readouterr().err)


def test_pages_can_be_refused(tmp_path: Path, restore: Restore,
                              capsys: pytest.CaptureFixture) -> None:
    write_pages(tmp_path / 'a.tif', picture(9), picture(9))
    assert restore('a.tif', '-o', 'out', '--refuse', 'pages') == 1
    assert ('it has 2 pages, which --refuse leaves alone'
            in capsys.readouterr().err)


def mask_of_row(row: int) -> np.ndarray:
    mask = np.zeros((12, 16), np.uint8)
    mask[row] = 255
    return mask


def rows_filled(tmp_path: Path) -> list:
    """Of each page of the result, the rows that were repaired."""
    with tifffile.TiffFile(tmp_path / 'out' / 'a.tif') as file:
        return [
            np.flatnonzero((page.asarray() == FILLING).all(axis=(1, 2)))
            .tolist() for page in file.pages
        ]  # yapf: disable


def test_one_mask_is_for_all_pages(tmp_path: Path, restore: Restore) -> None:
    write_pages(tmp_path / 'a.tif', picture(9), picture(0))
    save(tmp_path / 'm.png', mask_of_row(5))
    assert restore('a.tif', '-o', 'out', '--mask', 'm.png', *HARD) == 0
    assert rows_filled(tmp_path) == [[5], [5]]


def test_each_page_has_its_mask(tmp_path: Path, restore: Restore) -> None:
    """A page without one stays as it is."""
    write_pages(tmp_path / 'a.tif', picture(9), picture(9), picture(0))
    save(tmp_path / 'masks' / 'a.tif_page1_mask.png', mask_of_row(5))
    save(tmp_path / 'masks' / 'a.tif_page3_mask.png', mask_of_row(7))
    assert restore('a.tif', '-o', 'out', '--mask', 'masks', '--report',
                   'r.json', *HARD) == 0
    assert rows_filled(tmp_path) == [[5], [], [7]]
    pages = read_row(tmp_path)['pages']
    assert [page['reason'] for page in pages] == [
        None, 'no mask was given for it', None]  # yapf: disable


def test_masks_of_pages_can_be_given_back(tmp_path: Path,
                                          restore: Restore) -> None:
    write_pages(tmp_path / 'a.tif', picture(9), picture(8, seed=1))
    restore('a.tif', '-o', 'out', '--save', 'mask', '--save-to', 'masks')
    first = (tmp_path / 'out' / 'a.tif').read_bytes()
    assert restore('a.tif', '-o', 'out', '--mask', 'masks', *HARD) == 0
    assert (tmp_path / 'out' / 'a.tif').read_bytes() == first


@pytest.mark.parametrize('size, message', [
    ((16, 12), 'the mask masks/a.png has 12 x 16 pixels'),
    (None, 'expected a.tif_page1_mask.png or a_mask.png'),
])
def test_masks_of_pages_have_to_fit(tmp_path: Path, restore: Restore,
                                    capsys: pytest.CaptureFixture, size: tuple,
                                    message: str) -> None:
    write_pages(tmp_path / 'a.tif', picture(9), picture(9))
    (tmp_path / 'masks').mkdir()
    if size:
        save(tmp_path / 'masks' / 'a.png', np.zeros(size, np.uint8))
    assert restore('a.tif', '-o', 'out', '--mask', 'masks') == 1
    assert message in capsys.readouterr().err


def infrared_scan(tmp_path: Path) -> tuple:
    """A scan of two pages, and its dust."""
    colours = picture(0, size=(90, 120)).astype(np.uint16) * 256
    dust = np.zeros(colours.shape[:2], bool)
    dust[40:44, 50:54] = True
    infrared = np.where(dust, 9000, 40000).astype(np.uint16)
    write_pages(tmp_path / 'a.tif', colours, infrared)
    return colours, infrared, dust


def test_infrared_is_kept(tmp_path: Path, restore: Restore) -> None:
    colours, infrared, _ = infrared_scan(tmp_path)
    colours[0, :9] = 65535
    write_pages(tmp_path / 'a.tif', colours, infrared)
    assert restore('a.tif', '-o', 'out', '--report', 'r.json') == 0
    assert 'infrared' in read_row(tmp_path)['pages'][1]['reason']
    with tifffile.TiffFile(tmp_path / 'out' / 'a.tif') as file:
        first, second = (page.asarray() for page in file.pages)
    assert np.array_equal(second, infrared) and (first != colours).any()


def test_infrared_is_the_mask_on_request(tmp_path: Path,
                                         restore: Restore) -> None:
    colours, infrared, dust = infrared_scan(tmp_path)
    assert restore('a.tif', '-o', 'out', '--infrared', '--dilate', 0,
                   '--feather', 0, '--report', 'r.json') == 0
    assert read_row(tmp_path)['given_mask'] == 'infrared'
    with tifffile.TiffFile(tmp_path / 'out' / 'a.tif') as file:
        first, second = (page.asarray() for page in file.pages)
    assert np.array_equal(second, infrared)
    assert np.array_equal((first != colours).any(axis=2), dust)


def test_without_infrared_it_says_what_it_expects(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'a.png', picture(9))
    assert restore('a.png', '-o', 'out', '--infrared') == 1
    assert 'it has no infrared: expected a TIFF' in capsys.readouterr().err
    assert restore('a.png', '-o', 'out', '--infrared', '--mask-mode',
                   'add') == 0


def inked(tmp_path: Path) -> Path:
    path = tmp_path / 'a.jpg'
    Image.fromarray(picture(16, (64, 64)) // 255 * 255).convert('CMYK').save(
        path, quality=98)
    return path


def test_inks_are_restored_as_rgb_and_told(tmp_path: Path,
                                           restore: Restore) -> None:
    inked(tmp_path)
    assert restore('a.jpg', '-o', 'out', '--report', 'r.json') == 0
    assert 'its CMYK values' in read_row(tmp_path)['note']
    with Image.open(tmp_path / 'out' / 'a.png') as image:
        assert image.mode == 'RGB'


@pytest.mark.parametrize('arguments, message', [
    (['-o', 'out', '--refuse', 'cmyk,pages'], 'because of its CMYK values'),
    (['--in-place', '--format', 'keep'], 'in place it would lose its CMYK'),
])
def test_inks_can_be_refused(tmp_path: Path, restore: Restore,
                             capsys: pytest.CaptureFixture, arguments: list,
                             message: str) -> None:
    before = inked(tmp_path).read_bytes()
    assert restore('a.jpg', *arguments) == 1
    assert message in capsys.readouterr().err
    assert (tmp_path / 'a.jpg').read_bytes() == before


@pytest.mark.parametrize('damaged, code', [(0, 0), (255, 1)])
def test_second_pictures_are_never_lost(tmp_path: Path, restore: Restore,
                                        damaged: int, code: int,
                                        capsys: pytest.CaptureFixture) -> None:
    """A clean one may stay as it is."""
    path = tmp_path / 'a.jpg'
    Image.new('RGB', (64, 64), (damaged, ) * 3).save(
        path, 'MPO', save_all=True, append_images=[Image.new('L', (16, 16))])
    before = path.read_bytes()
    assert restore('a.jpg', '--in-place', '--format', 'keep') == code
    assert path.read_bytes() == before
    if damaged == DAMAGE:
        assert ('it would lose the second picture behind it'
                in capsys.readouterr().err)


@pytest.mark.parametrize('make', [
    lambda: (Image.new('1', (80, 80), 1), 'black and white only'),
    lambda: (Image.new('RGB', (80, 63), (255, ) * 3), 'too few to judge'),
])
def test_what_nobody_can_judge_is_copied(tmp_path: Path, restore: Restore,
                                         monkeypatch: pytest.MonkeyPatch,
                                         make: Callable) -> None:
    monkeypatch.setattr(input_reading, 'why_not_judged', why_not_judged)
    image, reason = make()
    stream = io.BytesIO()
    image.save(stream, 'PNG')
    (tmp_path / 'a.png').write_bytes(stream.getvalue())
    assert restore('a.png', '-o', 'out', '--report', 'r.json') == 0
    row = read_row(tmp_path)
    assert row['status'] == 'not looked at' and reason in row['reason']
    assert (tmp_path / 'out' / 'a.png').read_bytes() == stream.getvalue()
    assert restore('a.png', '--in-place') == 0
    assert (tmp_path / 'a.png').read_bytes() == stream.getvalue()
