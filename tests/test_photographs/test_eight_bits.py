"""Tests of hcl_mmagic/photographs/eight_bits.py.

Each kind of file is compared with what another library makes of it.
"""
import cv2
import numpy as np
import pytest
import skimage.color
import tifffile
from PIL import Image

from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.eight_bits import (find_damage, image_size,
                                               read_image)

RNG = np.random.default_rng(0)
RGB = cv2.resize(
    RNG.integers(256, size=(6, 8, 3), dtype=np.uint8), (80, 64),
    interpolation=cv2.INTER_CUBIC)
GREY = RGB[..., 0]
GREY_AS_RGB = np.repeat(GREY[..., None], 3, axis=2)
# 16 bits of which the lower 8 are noise
DEEP = RGB * np.uint16(256) + RNG.integers(
    256, size=RGB.shape, dtype=np.uint16)


def _read(path, mode='RGB', background=255):
    image = read_image(str(path), mode, background)
    assert image.dtype == np.uint8 and image.flags.writeable
    assert image_size(str(path)) == image.shape[:2]
    return image


@pytest.mark.parametrize('suffix, tolerance', [('png', 0), ('bmp', 0),
                                               ('tif', 0), ('webp', 0),
                                               ('jpg', 2)])
@pytest.mark.parametrize('kind', ['RGB', 'L', 'P', '1'])
def test_8_bits_equal_what_opencv_reads(tmp_path, suffix, tolerance, kind):
    if (suffix, kind) == ('jpg', 'P'):
        pytest.skip('JPEG has no palette')
    path = tmp_path / f'a.{suffix}'
    options = dict(lossless=True) if suffix == 'webp' else {}
    Image.fromarray(RGB).convert(kind).save(path, **options)
    expected = cv2.imread(str(path))[..., ::-1].astype(int)
    assert np.abs(_read(path) - expected).max() <= tolerance


@pytest.mark.parametrize('suffix', ['png', 'tif'])
@pytest.mark.parametrize('values, expected', [(DEEP, RGB),
                                              (DEEP[..., 0], GREY_AS_RGB)])
def test_16_bits_keep_the_upper_8(tmp_path, suffix, values, expected):
    path = tmp_path / f'a.{suffix}'
    cv2.imwrite(str(path), values[..., ::-1] if values.ndim == 3 else values)
    assert (_read(path) == expected).all()
    rounded = cv2.imread(str(path))[..., ::-1].astype(int)
    assert np.abs(rounded - expected).max() <= 1


@pytest.mark.parametrize('values', [DEEP[..., 0], GREY])
def test_tiff_of_which_white_is_zero(tmp_path, values):
    path = tmp_path / 'a.tif'
    tifffile.imwrite(
        path, np.iinfo(values.dtype).max - values, photometric='miniswhite')
    assert (_read(path, 'L') == GREY).all()


@pytest.mark.parametrize('values', [RGB, DEEP])
def test_tiff_with_separate_planes(tmp_path, values):
    path = tmp_path / 'a.tif'
    tifffile.imwrite(
        path,
        values.transpose(2, 0, 1),
        photometric='rgb',
        planarconfig='separate')
    assert (_read(path) == RGB).all()


@pytest.mark.parametrize('values, options, message', [
    (GREY / np.float32(255), {}, 'floating-point'),
    (GREY.astype(np.uint32) << 24, {}, '32 bits'),
    (RGB / np.float32(255), dict(photometric='rgb'), 'floating-point'),
])
def test_what_would_be_read_wrongly_is_refused(tmp_path, values, options,
                                               message):
    path = tmp_path / 'a.tif'
    tifffile.imwrite(path, values, **options)
    with pytest.raises(PhotographError, match=f'a.tif .*{message}'):
        read_image(str(path))


@pytest.mark.parametrize('values', [RGB, DEEP])
def test_infrared_of_a_scanner_hides_nothing(tmp_path, values):
    path = tmp_path / 'a.tif'
    infrared = values[..., :1] // 2
    tifffile.imwrite(
        path,
        np.concatenate([values, infrared], axis=2),
        photometric='rgb',
        extrasamples=['unspecified'])
    assert (_read(path) == RGB).all()


@pytest.mark.parametrize('suffix', ['png', 'webp', 'tif'])
def test_behind_transparent_pixels_the_background_shows(tmp_path, suffix):
    alpha = np.zeros_like(GREY)
    alpha[:, 30:], alpha[:, 60:] = 100, 255
    picture = np.dstack([RGB, alpha])
    path = tmp_path / f'a.{suffix}'
    options = dict(lossless=True, exact=True) if suffix == 'webp' else {}
    Image.fromarray(picture).save(path, **options)
    for background in (255, 0):
        expected = 255 * skimage.color.rgba2rgb(
            picture, background=(background / 255, ) * 3)
        assert np.abs(_read(path, 'RGB', background) - expected).max() <= 1
    assert (_read(path)[:, 60:] == RGB[:, 60:]).all()


def test_grey_with_alpha_and_transparent_colours(tmp_path):
    alpha = np.where(GREY > 127, 255, 0).astype(np.uint8)
    expected = np.where(GREY > 127, GREY, 0)
    Image.fromarray(np.dstack([GREY, alpha]), 'LA').save(tmp_path / 'a.png')
    assert (_read(tmp_path / 'a.png', 'L', 0) == expected).all()
    for kind in ('L', 'P'):
        path = tmp_path / f'{kind}.png'
        Image.fromarray(GREY).convert(kind).save(
            path, transparency=int(GREY[0, 0]))
        shown = np.where(GREY == GREY[0, 0], 0, GREY)
        assert (_read(path, 'L', 0) == shown).all()


@pytest.mark.parametrize('suffix, tolerance', [('tif', 0), ('jpg', 3)])
def test_cmyk(tmp_path, suffix, tolerance):
    path = tmp_path / f'a.{suffix}'
    picture = Image.fromarray(RGB).convert('CMYK')
    picture.save(path, **(dict(quality=100) if suffix == 'jpg' else {}))
    expected = np.array(Image.open(path).convert('RGB')).astype(int)
    assert np.abs(_read(path) - expected).max() <= tolerance


@pytest.mark.parametrize('orientation, upright', [
    (1, lambda x: x),
    (2, np.fliplr),
    (3, lambda x: np.rot90(x, 2)),
    (4, np.flipud),
    (5, lambda x: x.swapaxes(0, 1)),
    (6, lambda x: np.rot90(x, -1)),
    (7, lambda x: np.rot90(x, 2).swapaxes(0, 1)),
    (8, np.rot90),
])
@pytest.mark.parametrize('suffix', ['jpg', 'png', 'tif', 'webp'])
def test_pictures_taken_sideways_are_upright(tmp_path, suffix, orientation,
                                             upright):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f'a.{suffix}'
    options = dict(lossless=True) if suffix == 'webp' else {}
    Image.fromarray(RGB).save(path, exif=exif, quality=100, **options)
    difference = np.abs(_read(path).astype(int) - upright(RGB)).mean()
    assert difference < (2 if suffix == 'jpg' else 1e-9)


@pytest.mark.parametrize('suffix', ['jpg', 'png', 'bmp', 'webp', 'tif'])
def test_a_file_that_was_cut_off_is_damaged(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(
        256, size=(64, 64, 3), dtype=np.uint8)
    path = tmp_path / f'a.{suffix}'
    Image.fromarray(noise).save(path)
    assert find_damage(str(path)) is None
    path.write_bytes(path.read_bytes()[:-200])
    assert find_damage(str(path))
    with pytest.raises(PhotographError, match=path.name):
        read_image(str(path))


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture(tmp_path):
    path = tmp_path / 'a.jpg'
    Image.fromarray(RGB).save(
        path, exif=b'Exif\x00\x00' + b'thumbnail\xff\xd8\xff\xd9')
    assert find_damage(str(path)) is None
    content = path.read_bytes()
    assert content.count(b'\xff\xd9') == 2
    path.write_bytes(content[:-2])
    assert find_damage(str(path)) == 'the file is cut off'


@pytest.mark.parametrize('content', [b'', b'hello', b'\xff\xd8', b'\xff'])
def test_what_is_no_image_is_damaged(tmp_path, content):
    path = tmp_path / 'a.jpg'
    path.write_bytes(content)
    assert find_damage(str(path))


@pytest.mark.parametrize('suffix, mode', [('jpg', 'RGB'), ('jpg', 'L'),
                                          ('png', 'L'), ('png', 'RGB')])
@pytest.mark.parametrize('kind', ['L', 'RGB'])
def test_every_decoder_gives_the_values_of_pil(tmp_path, suffix, mode, kind):
    path = str(tmp_path / f'picture.{suffix}')
    values = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    picture = Image.fromarray(values).resize((70, 90), Image.BICUBIC)
    picture.convert(kind).save(path)
    expected = np.array(Image.open(path).convert(mode)).astype(int)
    # Both use libjpeg, maybe of different versions.
    tolerance = 2 if suffix == 'jpg' else 0
    assert np.abs(read_image(path, mode) - expected).max() <= tolerance
