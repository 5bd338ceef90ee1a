"""Tests of writing photographs: values, formats and metadata."""
import io

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, ImageOps
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from tiny_pictures import (ALPHA, DEEP_RGB, GREY, KINDS, RGB, add_chunk,
                           by_opencv, by_pil, by_tifffile, equal, exif_with,
                           read_independently)

from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.conversion import as_photograph
from hcl_mmagic.photographs.photograph import Photograph
from hcl_mmagic.photographs.reading import read_photograph
from hcl_mmagic.photographs.writing import (encode_photograph,
                                            keep_format_changes,
                                            result_extension)

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description '
       b'tiff:Orientation="%d" dc:creator="\xc3\x84"/></x:xmpmeta>')
ORIENTATIONS = range(1, 9)


def open_with_pil(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def photograph_of(kind: str, file_format: str) -> Photograph:
    pixels, alpha = KINDS[kind]
    if file_format == 'PNG':
        return Photograph(pixels, alpha)
    channels = pixels if alpha is None else np.dstack([pixels, alpha])
    content = by_tifffile(
        channels,
        photometric='rgb' if pixels.shape[2] == 3 else 'minisblack',
        planarconfig=None if channels.shape[2] == 1 else 'contig',
        extrasamples=None if alpha is None else ['unassalpha'])
    return read_photograph(content)


def as_stored(pixels: np.ndarray, kind: str, file_format: str) -> np.ndarray:
    """OpenCV writes no PNG files of 16 bit grey values with alpha."""
    rgba = (kind, file_format) == ('deep_grey_alpha', 'PNG')
    return np.repeat(pixels, 3, axis=2) if rgba else pixels


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('file_format', ['PNG', 'TIFF'])
def test_values_are_those_that_another_library_reads(kind, file_format):
    content = encode_photograph(photograph_of(kind, file_format))
    pixels, alpha = KINDS[kind]
    assert equal(
        read_photograph(content), as_stored(pixels, kind, file_format), alpha)
    values, reader = read_independently(content)
    if reader == 'OpenCV' and kind.endswith('grey_alpha'):
        pixels = np.repeat(pixels, 3, axis=2)  # as OpenCV reads such files
    expected = pixels if alpha is None else np.dstack([pixels, alpha])
    assert values.dtype == expected.dtype
    assert np.array_equal(values, expected)


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('shape', [(1, 1), (1, 40), (40, 1)])
@pytest.mark.parametrize('file_format', ['PNG', 'TIFF'])
def test_smallest_sizes(kind, shape, file_format):
    whole = photograph_of(kind, file_format)
    rows, columns = slice(shape[0]), slice(shape[1])
    small = Photograph(
        whole.pixels[rows, columns],
        None if whole.alpha is None else whole.alpha[rows,
                                                     columns], whole.origin)
    again = read_photograph(encode_photograph(small))
    assert equal(again, as_stored(small.pixels, kind, file_format),
                 small.alpha)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('pixels', [RGB, DEEP_RGB])
def test_tiff_keeps_its_byte_order(byteorder, pixels):
    content = by_tifffile(pixels, photometric='rgb', byteorder=byteorder)
    content = encode_photograph(read_photograph(content))
    assert tifffile.TiffFile(io.BytesIO(content)).byteorder == byteorder
    assert np.array_equal(read_independently(content)[0], pixels)


def test_strips_of_a_large_tiff_file_fit_together():
    pixels = np.tile(DEEP_RGB, (6, 20, 1))
    content = by_tifffile(pixels, photometric='rgb')
    content = encode_photograph(read_photograph(content))
    assert len(tifffile.TiffFile(io.BytesIO(content)).pages[0].dataoffsets) > 1
    assert np.array_equal(read_independently(content)[0], pixels)


def test_bands_of_a_large_png_file_fit_together():
    pixels = np.tile(DEEP_RGB, (6, 20, 1))
    content = encode_photograph(Photograph(pixels))
    assert np.array_equal(read_independently(content)[0], pixels)


LOSSLESS = [('PNG', {}), ('TIFF', {}), ('BMP', {}), ('PPM', {}),
            ('WEBP', dict(lossless=True, exact=True))]


@pytest.mark.parametrize('format_name, options', LOSSLESS)
def test_lossless_formats_can_be_kept(format_name, options):
    photograph = read_photograph(by_pil(RGB, format_name, **options))
    content = encode_photograph(photograph, keep_format=True)
    with open_with_pil(content) as image:
        assert image.format == format_name
        assert np.array_equal(np.asarray(image), RGB)
    assert keep_format_changes(photograph) is None


@pytest.mark.parametrize('pixels, extension', [(DEEP_RGB, '.ppm'),
                                               (DEEP_RGB[..., :1], '.pgm')])
def test_16_bits_of_ppm_and_pgm_files_can_be_kept(pixels, extension):
    photograph = read_photograph(by_opencv(pixels, extension))
    content = encode_photograph(photograph, keep_format=True)
    assert content == by_opencv(pixels, extension)
    assert result_extension(photograph, keep_format=True) == extension


def test_bmp_with_alpha_can_be_kept():
    photograph = Photograph(RGB, ALPHA,
                            read_photograph(by_pil(RGB, 'BMP')).origin)
    content = encode_photograph(photograph, keep_format=True)
    with open_with_pil(content) as image:
        assert image.mode == 'RGBA'
        assert np.array_equal(np.asarray(image), np.dstack([RGB, ALPHA]))
        assert image.info['dpi'] == pytest.approx((96, 96), abs=0.1)
    assert equal(read_photograph(content), RGB, ALPHA)


@pytest.mark.parametrize('subsampling', [0, 1, 2])
@pytest.mark.parametrize('progressive', [False, True])
def test_jpeg_keeps_its_quality(subsampling, progressive):
    original = by_pil(
        RGB,
        'JPEG',
        quality=81,
        subsampling=subsampling,
        progressive=progressive)
    photograph = read_photograph(original)
    content = encode_photograph(photograph, keep_format=True)
    with open_with_pil(content) as image, open_with_pil(original) as expected:
        assert image.quantization == expected.quantization
        assert image.layer == expected.layer
        assert ('progression' in image.info) == progressive
        difference = np.asarray(image).astype(int) - np.asarray(expected)
    assert np.abs(difference).mean() < 1.5
    assert "original's quality" in keep_format_changes(photograph)


def test_grey_jpeg_stays_grey():
    photograph = read_photograph(by_pil(GREY, 'JPEG'))
    with open_with_pil(encode_photograph(photograph, True)) as image:
        assert image.mode == 'L'


def test_lossy_webp_tells_what_changes():
    photograph = read_photograph(by_pil(RGB, 'WEBP', quality=80))
    content = encode_photograph(photograph, keep_format=True)
    with open_with_pil(content) as image:
        difference = np.asarray(image).astype(int) - photograph.pixels
    assert 0 < np.abs(difference).mean() < 3
    assert 'quality 95' in keep_format_changes(photograph)


def test_gif_with_few_colours_can_be_kept():
    photograph = read_photograph(by_pil(RGB, 'GIF', mode='P'))
    content = encode_photograph(photograph, keep_format=True)
    with open_with_pil(content) as image:
        assert np.array_equal(
            np.asarray(image.convert('RGB')), photograph.pixels)
    assert '256 colours' in keep_format_changes(photograph)


def test_gif_with_many_colours_takes_the_nearest():
    photograph = read_photograph(by_pil(RGB, 'GIF', mode='P'))
    content = encode_photograph(photograph.with_pixels(RGB), True)
    with open_with_pil(content) as image:
        difference = np.asarray(image.convert('RGB')).astype(int) - RGB
    assert 0 < np.abs(difference).mean() < 12


@pytest.mark.parametrize('format_name, default, kept',
                         [('PNG', '.png', '.png'), ('TIFF', '.tif', '.tif'),
                          ('JPEG', '.png', '.jpg'), ('WEBP', '.png', '.webp'),
                          ('BMP', '.png', '.bmp'), ('GIF', '.png', '.gif'),
                          ('PPM', '.png', '.ppm')])
def test_extensions(format_name, default, kept):
    photograph = read_photograph(by_pil(RGB, format_name))
    assert result_extension(photograph) == default
    assert result_extension(photograph, keep_format=True) == kept
    starts = {'.png': b'\x89PNG', '.tif': b'II*\0'}
    assert encode_photograph(photograph).startswith(starts[default])


def test_photograph_from_no_file_becomes_png():
    photograph = as_photograph(RGB)
    assert result_extension(photograph, keep_format=True) == '.png'
    assert keep_format_changes(photograph) is None
    assert encode_photograph(photograph, True).startswith(b'\x89PNG')


@pytest.mark.parametrize('keep_format', [False, True])
@pytest.mark.parametrize('format_name', ['PNG', 'JPEG', 'WEBP', 'TIFF'])
@pytest.mark.parametrize('orientation', ORIENTATIONS)
def test_rotation_is_applied_once(format_name, orientation, keep_format):
    options = dict(lossless=True) if format_name == 'WEBP' else {}
    if format_name == 'TIFF':
        content = by_tifffile(
            RGB,
            photometric='rgb',
            extratags=[(274, 'H', 1, orientation, True)])
    else:
        content = by_pil(
            RGB, format_name, exif=exif_with(orientation), **options)
    with open_with_pil(content) as image:
        upright = ImageOps.exif_transpose(image)
    assert equal(read_photograph(content), np.asarray(upright), None)
    result = encode_photograph(read_photograph(content), keep_format)
    with open_with_pil(result) as image:
        assert image.getexif().get(274, 1) == 1
        if (format_name, keep_format) != ('JPEG', True):
            assert np.array_equal(np.asarray(image), np.asarray(upright))


@pytest.mark.parametrize('keep_format', [False, True])
@pytest.mark.parametrize('format_name', ['PNG', 'JPEG', 'WEBP'])
def test_exif_stays(format_name, keep_format):
    content = by_pil(RGB, format_name, exif=exif_with(6))
    photograph = read_photograph(content)
    content = encode_photograph(photograph, keep_format)
    with open_with_pil(content) as image:
        exif = image.getexif()
        details = exif.get_ifd(34665)
    assert exif[271] == 'Maker' and details[37510] == b'note'
    # The picture was on its side.
    assert (details[40962], details[40963]) == (61, 83)
    assert (photograph.width, photograph.height) == (61, 83)


def test_only_rotation_changes_in_an_exif_block():
    before = exif_with(3)
    after = read_photograph(by_pil(RGB, 'PNG', exif=before)).origin.exif
    changed = [
        position for position, (old, new) in enumerate(
            zip(before.removeprefix(b'Exif\0\0'), after, strict=True))
        if old != new
    ]
    assert len(changed) == 1


def test_thumbnail_of_the_damaged_photograph_is_unlinked():
    exif = Image.Exif()
    exif[271] = 'Maker'
    block = bytearray(exif.tobytes().removeprefix(b'Exif\0\0'))
    end = 8 + 2 + 12
    assert block[end:end + 4] == bytes(4)
    thumbnail = len(block)
    order = 'little' if block[:2] == b'II' else 'big'
    block[end:end + 4] = thumbnail.to_bytes(4, order)
    block += bytes(6)
    content = by_pil(RGB, 'JPEG', exif=b'Exif\0\0' + bytes(block))
    kept = read_photograph(content).origin.exif
    assert kept[end:end + 4] == bytes(4)
    assert len(kept) == len(block)


@pytest.mark.parametrize('keep_format', [False, True])
@pytest.mark.parametrize('format_name', ['PNG', 'JPEG', 'WEBP', 'TIFF'])
def test_colour_profile_stays(format_name, keep_format):
    content = by_pil(RGB, format_name, icc_profile=PROFILE)
    content = encode_photograph(read_photograph(content), keep_format)
    with open_with_pil(content) as image:
        assert image.info['icc_profile'] == PROFILE


@pytest.mark.parametrize('keep_format', [False, True])
@pytest.mark.parametrize('format_name', ['PNG', 'JPEG', 'TIFF', 'BMP'])
def test_resolution_stays(format_name, keep_format):
    content = by_pil(RGB, format_name, dpi=(300, 150))
    content = encode_photograph(read_photograph(content), keep_format)
    with open_with_pil(content) as image:
        assert image.info['dpi'] == pytest.approx((300, 150), abs=0.02)


@pytest.mark.parametrize('format_name', ['JPEG', 'PNG'])
def test_resolution_lies_on_its_side_with_the_picture(format_name):
    content = by_pil(RGB, format_name, dpi=(300, 150), exif=exif_with(6))
    assert read_photograph(content).origin.dpi == pytest.approx((150, 300),
                                                                abs=0.02)


@pytest.mark.parametrize('keep_format', [False, True])
@pytest.mark.parametrize('format_name', ['JPEG', 'WEBP', 'TIFF', 'PNG'])
def test_xmp_stays_without_its_rotation(format_name, keep_format):
    if format_name == 'JPEG':
        segment = b'http://ns.adobe.com/xap/1.0/\0' + XMP % 8
        size = (len(segment) + 2).to_bytes(2, 'big')
        content = by_pil(RGB, 'JPEG', extra=b'\xff\xe1' + size + segment)
    elif format_name == 'WEBP':
        content = by_pil(RGB, 'WEBP', xmp=XMP % 8)
    elif format_name == 'TIFF':
        content = by_tifffile(
            RGB, photometric='rgb', extratags=[(700, 1, None, XMP % 8, True)])
    else:
        content = add_chunk(
            by_pil(RGB, 'PNG'), b'iTXt',
            b'XML:com.adobe.xmp\0\0\0\0\0' + XMP % 8)
    photograph = read_photograph(content)
    # As in PIL, it counts where EXIF says nothing.
    assert photograph.pixels.shape[:2] == RGB.shape[1::-1]
    again = read_photograph(encode_photograph(photograph, keep_format))
    assert again.origin.xmp == XMP % 1


@pytest.mark.parametrize('pixels', [RGB, DEEP_RGB])
def test_png_keeps_colours_and_texts(pixels):
    chunks = {
        b'gAMA': (45455).to_bytes(4, 'big'),
        b'cICP': bytes([9, 16, 0, 1]),
        b'tEXt': b'Title\0A photograph',
        b'tIME': bytes([7, 208, 1, 1, 0, 0, 0])
    }
    content = by_opencv(pixels, '.png')
    for name, data in chunks.items():
        content = add_chunk(content, name, data)
    content = encode_photograph(read_photograph(content))
    for name, data in chunks.items():
        # The time of the last change is another one now.
        assert (name + data in content) == (name != b'tIME')
    assert np.array_equal(read_independently(content)[0], pixels)


def test_exif_that_imagemagick_wrote_into_a_text_of_a_png_file():
    block = exif_with(6)
    text = b'Raw profile type exif\0\nexif\n%8d\n%s\n' % (len(block),
                                                          block.hex().encode())
    content = add_chunk(by_pil(RGB, 'PNG'), b'tEXt', text)
    with open_with_pil(content) as image:
        upright = np.asarray(ImageOps.exif_transpose(image))
    photograph = read_photograph(content)
    assert equal(photograph, upright, None)
    assert equal(read_photograph(encode_photograph(photograph)), upright, None)


@pytest.mark.parametrize('pixels', [RGB, DEEP_RGB])
def test_tags_of_a_tiff_file_stay(pixels):
    content = by_tifffile(
        pixels,
        photometric='rgb',
        iccprofile=PROFILE,
        resolution=(118, 118),
        resolutionunit='CENTIMETER',
        software='Scanner',
        extratags=[(33432, 's', None, '© Ä'.encode(), True),
                   (65000, 'd', 2, (0.5, 7.25), True)])
    content = encode_photograph(read_photograph(content))
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        tags = file.pages[0].tags
        assert tags[282].value == (118, 1) and tags[296].value == 3
        assert tags[305].value == 'Scanner'
        assert tags[65000].value == (0.5, 7.25)
        assert tags[34675].value == PROFILE
    assert '© Ä'.encode() + b'\0' in content


def test_exif_and_place_of_a_tiff_file_stay():
    tags = ImageFileDirectory_v2()
    tags[34665], tags[34853] = {37510: b'note'}, {1: 'N'}
    content = by_pil(RGB, 'TIFF', tiffinfo=tags)
    content = encode_photograph(read_photograph(content))
    with open_with_pil(content) as image:
        assert image.getexif().get_ifd(34665)[37510] == b'note'
        assert image.getexif().get_ifd(34853)[1] == 'N'


def test_layers_of_photoshop_do_not_bring_the_damage_back():
    content = by_tifffile(
        RGB,
        photometric='rgb',
        extratags=[(37724, 7, 12, b'layers there', True)])
    assert b'layers there' in content
    content = encode_photograph(read_photograph(content))
    assert b'layers there' not in content


def test_metadata_that_the_format_cannot_hold_are_an_error():
    photograph = read_photograph(by_pil(RGB, 'JPEG'))
    object.__setattr__(photograph.origin, 'exif', bytes(70_000))
    with pytest.raises(PhotographError, match='cannot be written as JPEG'):
        encode_photograph(photograph, keep_format=True)
