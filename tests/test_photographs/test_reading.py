"""Tests of reading photographs of every kind.

The files are written by PIL, OpenCV and tifffile, from known values.
"""
import io
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image
from tiny_pictures import (ALPHA, DEEP_ALPHA, DEEP_GREY, DEEP_RGB, GREY, KINDS,
                           RGB, by_opencv, by_pil, by_tifffile, equal)

from hcl_mmagic.photographs.reading import read_photograph

RGBA = np.dstack([RGB, ALPHA])
LA = np.dstack([GREY, ALPHA])


@pytest.mark.parametrize('kind', ['grey', 'rgb', 'rgba', 'grey_alpha'])
@pytest.mark.parametrize('format_name, options', [
    ('PNG', {}),
    ('TIFF', {}),
    ('TIFF', dict(compression='tiff_lzw')),
    ('TIFF', dict(compression='packbits')),
    ('WEBP', dict(lossless=True, exact=True)),
])
def test_8_bits(kind, format_name, options):
    pixels, alpha = KINDS[kind]
    values = pixels if alpha is None else np.dstack([pixels, alpha])
    photograph = read_photograph(by_pil(values, format_name, **options))
    if format_name == 'WEBP':  # has no grey
        pixels = np.broadcast_to(pixels, RGB.shape)
    assert equal(photograph, pixels, alpha)
    assert photograph.origin.format == format_name


@pytest.mark.parametrize('format_name', ['BMP', 'PPM'])
@pytest.mark.parametrize('pixels', [RGB, GREY])
def test_8_bits_without_alpha(format_name, pixels):
    content = by_pil(pixels, format_name)
    assert equal(read_photograph(content), pixels, None)


@pytest.mark.parametrize('extension, pixels', [('.png', DEEP_RGB),
                                               ('.png', DEEP_GREY),
                                               ('.tif', DEEP_RGB),
                                               ('.tif', DEEP_GREY),
                                               ('.ppm', DEEP_RGB),
                                               ('.pgm', DEEP_GREY)])
def test_16_bits(extension, pixels):
    assert equal(read_photograph(by_opencv(pixels, extension)), pixels, None)


@pytest.mark.parametrize('extension', ['.png', '.tif'])
def test_16_bits_with_alpha(extension):
    content = by_opencv(np.dstack([DEEP_RGB, DEEP_ALPHA]), extension)
    assert equal(read_photograph(content), DEEP_RGB, DEEP_ALPHA)


@pytest.mark.parametrize('compression, predictor', [(None, False),
                                                    ('zlib', False),
                                                    ('zlib', True)])
@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('planes', ['contig', 'separate'])
@pytest.mark.parametrize('tile', [None, (16, 32)])
@pytest.mark.parametrize('pixels', [RGB, DEEP_RGB])
def test_tiff_layouts(compression, predictor, byteorder, planes, tile, pixels):
    content = by_tifffile(
        pixels if planes == 'contig' else pixels.transpose(2, 0, 1),
        photometric='rgb',
        planarconfig=planes,
        compression=compression,
        predictor=predictor,
        byteorder=byteorder,
        rowsperstrip=None if tile else 7,
        tile=tile)
    assert equal(read_photograph(content), pixels, None)


def test_16_bits_of_a_tiff_file_compressed_with_lzw():
    content = by_opencv(DEEP_RGB, '.tif', cv2.IMWRITE_TIFF_COMPRESSION, 5)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert file.pages[0].compression == 5
    assert equal(read_photograph(content), DEEP_RGB, None)


@pytest.mark.parametrize('pixels', [GREY, DEEP_GREY])
def test_tiff_of_which_white_is_zero(pixels):
    content = by_tifffile(~pixels[..., 0], photometric='miniswhite')
    assert equal(read_photograph(content), pixels, None)


@pytest.mark.parametrize('kind', ['assocalpha', 'unassalpha', 'unspecified'])
@pytest.mark.parametrize('pixels, alpha', [(RGB, ALPHA),
                                           (DEEP_RGB, DEEP_ALPHA)])
def test_fourth_channel_of_a_tiff_file_stays_as_it_is(kind, pixels, alpha):
    content = by_tifffile(
        np.dstack([pixels, alpha]), photometric='rgb', extrasamples=[kind])
    assert equal(read_photograph(content), pixels, alpha)


def test_tiff_that_holds_a_jpeg_picture():
    content = by_pil(RGB, 'TIFF', compression='jpeg')
    expected = np.asarray(Image.open(io.BytesIO(content)))
    assert equal(read_photograph(content), expected, None)


@pytest.mark.parametrize('format_name', ['PNG', 'TIFF', 'BMP', 'GIF'])
def test_palette_becomes_rgb(format_name):
    content = by_pil(RGB, format_name, mode='P')
    expected = np.asarray(Image.open(io.BytesIO(content)).convert('RGB'))
    assert len(np.unique(expected.reshape(-1, 3), axis=0)) > 50
    assert equal(read_photograph(content), expected, None)


@pytest.mark.parametrize('format_name', ['PNG', 'GIF'])
def test_palette_with_a_transparent_colour_becomes_rgba(format_name):
    image = Image.fromarray(RGB).quantize(16)
    stream = io.BytesIO()
    image.save(stream, format_name, transparency=3)
    expected = np.asarray(image.convert('RGB'))
    alpha = np.where(np.asarray(image) == 3, 0, 255).astype(np.uint8)
    assert 0 < (alpha == 0).mean() < 1
    photograph = read_photograph(stream.getvalue())
    assert np.array_equal(photograph.alpha, alpha)
    assert (photograph.pixels == expected)[alpha > 0].all()


@pytest.mark.parametrize('format_name, options',
                         [('PNG', {}), ('BMP', {}), ('TIFF', {}),
                          ('TIFF', dict(compression='group4')), ('PPM', {})])
def test_1_bit_becomes_grey(format_name, options):
    content = by_pil(RGB, format_name, mode='1', **options)
    expected = np.asarray(Image.fromarray(RGB).convert('1').convert('L'))
    assert equal(read_photograph(content), expected[..., None], None)


def test_values_of_a_jpeg_file_are_those_of_pil():
    content = by_pil(RGB, 'JPEG', quality=85)
    expected = np.asarray(Image.open(io.BytesIO(content)))
    assert equal(read_photograph(content), expected, None)


def test_values_of_a_lossy_webp_file_are_those_of_pil():
    content = by_pil(RGBA, 'WEBP', quality=85)
    expected = np.asarray(Image.open(io.BytesIO(content)))
    photograph = read_photograph(content)
    assert equal(photograph, expected[..., :3], expected[..., 3])
    assert not photograph.origin.lossless


def test_first_picture_of_a_phones_file_is_the_photograph():
    stream = io.BytesIO()
    Image.fromarray(RGB).save(
        stream,
        'MPO',
        save_all=True,
        append_images=[Image.fromarray(RGB[::2, ::2])])
    with Image.open(stream) as image:
        assert image.n_frames == 2
        expected = np.array(image)
    photograph = read_photograph(stream.getvalue())
    assert equal(photograph, expected, None)
    assert photograph.origin.format == 'JPEG'


def test_previews_of_a_tiff_file_are_not_pages():
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        writer.write(RGB, photometric='rgb')
        writer.write(RGB[::2, ::2], photometric='rgb', subfiletype=1)
    assert equal(read_photograph(stream.getvalue()), RGB, None)


@pytest.mark.parametrize('largest', [1023, 4095, 65535])
def test_values_of_a_pgm_file_are_scaled_to_16_bits(largest):
    values = np.array([[0, 1, largest]], '>u2')
    content = b'P5 # comment\n3 1\n%d\n' % largest + values.tobytes()
    expected = np.rint(values.astype(int) * 65535 / largest)
    expected = expected[..., None].astype(np.uint16)
    assert equal(read_photograph(content), expected, None)


@pytest.mark.parametrize('extension', ['.png', '.tif', '.jpg', '.webp'])
@pytest.mark.parametrize('shape', [(1, 1), (1, 300), (300, 1)])
def test_smallest_sizes(extension, shape):
    content = by_opencv(np.full((*shape, 3), 200, np.uint8), extension)
    photograph = read_photograph(content)
    assert (photograph.height, photograph.width) == shape
    assert np.abs(photograph.pixels.astype(int) - 200).max() <= 2


def test_content_decides_and_not_the_name(tmp_path):
    path = tmp_path / 'ä photograph.jpg'
    path.write_bytes(by_pil(RGB, 'PNG'))
    for source in (path, str(path)):
        assert equal(read_photograph(source), RGB, None)


def test_link_to_a_photograph(tmp_path):
    (tmp_path / 'a.png').write_bytes(by_pil(RGB, 'PNG'))
    (tmp_path / 'link').symlink_to(tmp_path / 'a.png')
    assert equal(read_photograph(tmp_path / 'link'), RGB, None)


def test_large_photograph_needs_few_copies_of_its_pixels(tmp_path):
    large = cv2.resize(RGB, (4000, 2500))
    paths = [tmp_path / 'small.jpg', tmp_path / 'large.jpg']
    for path, pixels in zip(paths, (RGB, large)):
        path.write_bytes(by_pil(pixels, 'JPEG'))
    # In a fresh process, whose peak is not that of other tests.
    script = ('import resource, sys\n'
              'from hcl_mmagic.photographs.reading import read_photograph\n'
              'peaks = []\n'
              'for path in sys.argv[1:]:\n'
              '    read_photograph(path)\n'
              '    usage = resource.getrusage(resource.RUSAGE_SELF)\n'
              '    peaks.append(usage.ru_maxrss * 1024)\n'
              'print(peaks[1] - peaks[0])\n')
    needed = subprocess.check_output([sys.executable, '-c', script, *paths])
    assert int(needed) < 2.6 * large.nbytes
