"""Masks that people bring along."""
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from known_inferencer import FILLING, picture, pixels_of, save
from PIL import Image

from hcl_mmagic.errors import DataMismatchError
from hcl_mmagic.restore_command.input_reading import read_mask

Restore = Callable[..., int]
HARD = ('--dilate', '0', '--feather', '0')
TRUTH = np.array([[0, 1, 1], [1, 0, 0]], np.uint8)


def grey_alpha() -> Image.Image:
    """White strokes on glass, and black ones, which are intact."""
    return Image.fromarray(
        np.dstack([255 * TRUTH, np.full((2, 3), 255)]).astype(np.uint8), 'LA')


def glass() -> Image.Image:
    alpha = Image.fromarray(255 * TRUTH)
    white = Image.new('RGB', (3, 2), 'white')
    white.putalpha(alpha)
    return white


@pytest.mark.parametrize(
    'image', [
        Image.fromarray(255 * TRUTH),
        Image.fromarray(TRUTH),
        Image.fromarray(140 * TRUTH + 20),
        Image.fromarray(TRUTH.astype(bool)),
        Image.fromarray(65535 * TRUTH.astype(np.uint16)),
        Image.fromarray(255 * TRUTH).convert('RGB'),
        Image.fromarray(255 * TRUTH).convert('P'),
        grey_alpha(),
        glass(),
    ],
    ids=['255', '1', 'grey', '1bit', '16bit', 'RGB', 'P', 'LA', 'RGBA'])
def test_masks_of_all_kinds_mean_the_same(tmp_path: Path,
                                          image: Image.Image) -> None:
    image.save(tmp_path / 'mask.png')
    mask = read_mask(str(tmp_path / 'mask.png'))
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, TRUTH)


def test_a_black_mask_is_empty(tmp_path: Path) -> None:
    path = save(tmp_path / 'mask.png', np.zeros((2, 3), np.uint8))
    assert not read_mask(str(path)).any()


def test_a_mask_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / 'mask.png').write_bytes(b'none')
    with pytest.raises(DataMismatchError, match='the mask .*mask.png'):
        read_mask(str(tmp_path / 'mask.png'))


def own_mask(**where: Any) -> np.ndarray:
    """A mask of one row."""
    mask = np.zeros((12, 16), np.uint8)
    mask[where.get('row', 7)] = 255
    return mask


@pytest.mark.parametrize('mode, rows', [('replace', [0, 1]), ('add', [0, 1]),
                                        ('subtract', [])])
def test_modes_reach_the_photograph(tmp_path: Path, restore: Restore,
                                    mode: str, rows: list) -> None:
    save(tmp_path / 'a.png', picture(9))
    mask = own_mask(row=0)
    mask[1] = 255
    save(tmp_path / 'm.png', mask)
    assert restore('a.png', '-o', 'out', '--mask', 'm.png', '--mask-mode',
                   mode, *HARD) == 0
    expected = picture(9)
    expected[rows] = FILLING
    np.testing.assert_array_equal(
        pixels_of(tmp_path / 'out' / 'a.png'), expected)


@pytest.mark.parametrize('name', [
    'sub/a_mask.png', 'sub/a.png', 'sub/a.jpg_mask.png', 'a_mask.png', 'a.png'
])
def test_masks_are_found_by_name(tmp_path: Path, restore: Restore,
                                 name: str) -> None:
    save(tmp_path / 'in' / 'sub' / 'a.jpg', picture(0))
    save(tmp_path / 'masks' / name, own_mask())
    assert restore('in', '-o', 'out', '--recursive', '--mask', 'masks',
                   *HARD) == 0
    restored = pixels_of(tmp_path / 'out' / 'sub' / 'a.png')
    assert (restored[7] == FILLING).all()


def test_masks_are_no_photographs_and_photographs_no_masks(
        tmp_path: Path, restore: Restore) -> None:
    save(tmp_path / 'in' / 'a.png', picture(9))
    save(tmp_path / 'in' / 'masks' / 'a.png', own_mask())
    assert restore('in', '-o', 'out', '--recursive', '--mask', 'in/masks',
                   *HARD) == 0
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['a.png']
    assert (pixels_of(tmp_path / 'out' / 'a.png')[7] == FILLING).all()
    assert restore('in', '-o', 'alone', '--mask', 'in') == 1


def test_a_photograph_without_its_mask_fails(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'in' / 'a.png', picture())
    save(tmp_path / 'in' / 'b.png', picture())
    save(tmp_path / 'masks' / 'b.png', own_mask())
    assert restore('in', '-o', 'out', '--mask', 'masks') == 1
    assert ('a.png: no mask in masks: expected a_mask.png or a.png'
            in capsys.readouterr().err)


def test_without_a_mask_to_add_the_detected_one_stays(
        tmp_path: Path, restore: Restore) -> None:
    save(tmp_path / 'a.png', picture(9))
    (tmp_path / 'masks').mkdir()
    assert restore('a.png', '-o', 'out', '--mask', 'masks', '--mask-mode',
                   'add') == 0
    assert (pixels_of(tmp_path / 'out' / 'a.png')[0, :9] == FILLING).all()


def test_a_mask_of_another_size_is_explained(
        tmp_path: Path, restore: Restore,
        capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'a.png', picture())
    save(tmp_path / 'm.png', np.zeros((16, 12), np.uint8))
    assert restore('a.png', '-o', 'out', '--mask', 'm.png') == 1
    assert ('the mask m.png has 12 x 16 pixels, but the upright photograph '
            'has 16 x 12' in capsys.readouterr().err)


def test_no_mask_at_all_is_one_line(tmp_path: Path, restore: Restore,
                                    capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'a.png', picture())
    assert restore('a.png', '-o', 'out', '--mask', 'none') == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        'Error: --mask: there is no file or folder none.')
