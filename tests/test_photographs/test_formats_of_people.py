"""Kinds of files that people bring: inks, several pictures, big ones."""
import io

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms
from tiny_pictures import (DEEP_GREY, DEEP_RGB, GREY, RGB, by_pil, by_tifffile,
                           equal, ink_profile)

from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.eight_bits import read_image
from hcl_mmagic.photographs.infrared import infrared_channel, infrared_mask
from hcl_mmagic.photographs.reading import read_photograph
from hcl_mmagic.photographs.tiff_pages import TiffPages
from hcl_mmagic.photographs.writing import encode_photograph


def mpo(preview: bool = False) -> bytes:
    """A photograph and a second picture."""
    stream = io.BytesIO()
    Image.fromarray(RGB).save(
        stream,
        'MPO',
        save_all=True,
        append_images=[Image.fromarray(255 - RGB)])
    content = stream.getvalue()
    if preview:  # the type of the second picture
        entry = content.index(b'\2\xb0') + 8  # of the list of pictures
        offset = content.index(b'MPF\0') + 4
        place = offset + int.from_bytes(content[entry:entry + 4], 'little')
        content = content[:place + 16] + b'\1\0\1\0' + content[place + 20:]
    return content


@pytest.mark.parametrize('values', [GREY, RGB, DEEP_GREY, DEEP_RGB])
@pytest.mark.parametrize('order', ['<', '>'])
def test_big_tiff_files_are_read_and_come_back(values: np.ndarray,
                                               order: str) -> None:
    content = by_tifffile(
        values,
        photometric='rgb' if values.shape[2] == 3 else 'minisblack',
        bigtiff=True,
        byteorder=order,
        compression='zlib',
        rowsperstrip=16,
        description='a note')
    assert content[2:4] in (b'+\0', b'\0+')
    photograph = read_photograph(content)
    assert equal(photograph, values, None)
    with tifffile.TiffFile(io.BytesIO(encode_photograph(photograph))) as file:
        assert np.array_equal(file.asarray().reshape(values.shape), values)
        assert file.pages[0].description == 'a note'


@pytest.mark.parametrize('kind', ['JPEG', 'TIFF'])
def test_inks_without_a_profile_are_near_the_colours(kind: str) -> None:
    photograph = read_photograph(by_pil(RGB, kind, mode='CMYK'))
    difference = np.abs(photograph.pixels.astype(int) - RGB)
    assert photograph.pixels.shape == RGB.shape and difference.mean() < 12
    assert 'no colour profile' in photograph.origin.lost['cmyk']
    assert photograph.origin.icc_profile is None


@pytest.mark.parametrize('kind', ['JPEG', 'TIFF'])
@pytest.mark.parametrize(
    'inks, grey',
    [
        ((0, 0, 0, 0), 255),
        ((255, 0, 0, 0), 185),  # the lightness 75
        ((255, 0, 255, 0), 119),  # 50
        ((255, 255, 255, 255), 0),
    ])
def test_inks_are_read_by_their_profile(kind: str, inks: tuple,
                                        grey: int) -> None:
    stream = io.BytesIO()
    Image.new('CMYK', (16, 16), inks).save(
        stream, kind, icc_profile=ink_profile())
    photograph = read_photograph(stream.getvalue())
    assert np.abs(photograph.pixels.astype(int) - grey).max() <= 3
    assert 'by its colour profile' in photograph.origin.lost['cmyk']
    profile = ImageCms.ImageCmsProfile(
        io.BytesIO(photograph.origin.icc_profile))
    assert profile.profile.xcolor_space.strip() == 'RGB'


def test_a_profile_that_is_of_no_inks_is_not_used() -> None:
    profile = ImageCms.ImageCmsProfile(
        ImageCms.createProfile('sRGB')).tobytes()
    photograph = read_photograph(
        by_pil(RGB, 'TIFF', mode='CMYK', icc_profile=profile))
    assert photograph.origin.icc_profile is None


def test_training_reads_inks_as_it_did(tmp_path) -> None:
    path = tmp_path / 'a.tif'
    path.write_bytes(by_pil(RGB, 'TIFF', mode='CMYK'))
    expected = np.asarray(Image.open(path).convert('RGB'))
    assert np.array_equal(read_image(str(path)), expected)


@pytest.mark.parametrize('format_name, levels', [('AVIF', 12)])
def test_formats_that_pillow_reads_itself(format_name: str,
                                          levels: int) -> None:
    content = by_pil(RGB, format_name, quality=95)
    photograph = read_photograph(content)
    assert np.abs(photograph.pixels.astype(int) - RGB).mean() < levels
    assert encode_photograph(photograph)[:4] == b'\x89PNG'
    with pytest.raises(PhotographError, match='cannot be written as AVIF'):
        encode_photograph(photograph, keep_format=True)


@pytest.mark.parametrize('module, format_name', [('pillow_heif', 'HEIF'),
                                                 ('pillow_jxl', 'JXL')])
def test_formats_of_optional_packages(module: str, format_name: str) -> None:
    package = pytest.importorskip(module)
    if format_name == 'HEIF':
        package.register_heif_opener()
    photograph = read_photograph(by_pil(RGB, format_name, quality=95))
    assert photograph.origin.format == format_name
    assert np.abs(photograph.pixels.astype(int) - RGB).mean() < 12


@pytest.mark.parametrize('compression', [None, 'tga_rle'])
def test_tga_files_come_back(compression) -> None:
    photograph = read_photograph(by_pil(RGB, 'TGA', compression=compression))
    assert equal(photograph, RGB, None)
    again = encode_photograph(photograph, keep_format=True)
    assert equal(read_photograph(again), RGB, None)


def test_second_pictures_are_told() -> None:
    lost = read_photograph(mpo()).origin.lost
    assert 'second picture behind it' in lost['pictures']


@pytest.mark.parametrize('behind, words', [
    (by_pil(GREY, 'JPEG'), 'second picture'),
    (b'\0\0\0\x18ftypmp42' + bytes(40), 'short film'),
])
@pytest.mark.parametrize('progressive', [False, True])
def test_what_stands_behind_is_told(behind: bytes, words: str,
                                    progressive: bool) -> None:
    content = by_pil(RGB, 'JPEG', progressive=progressive)
    assert words in read_photograph(content + behind).origin.lost['pictures']


def test_previews_and_padding_are_no_loss() -> None:
    assert read_photograph(mpo(preview=True)).origin.lost == {}
    padded = by_pil(RGB, 'JPEG') + bytes(1000)
    assert read_photograph(padded).origin.lost == {}


@pytest.mark.parametrize('content, is_so', [
    (by_pil(GREY, 'PNG', mode='1'), True),
    (by_pil(GREY, 'TIFF', mode='1', compression='group4'), True),
    (by_pil(GREY, 'PPM', mode='1'), True),
    (by_pil(GREY, 'BMP', mode='1'), True),
    (by_pil(GREY, 'PNG'), False),
    (by_pil(GREY, 'TIFF'), False),
])
def test_black_and_white_only_is_told(content: bytes, is_so: bool) -> None:
    assert read_photograph(content).origin.two_levels is is_so


def pages_of(*pages: np.ndarray, **options) -> bytes:
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream, **options) as writer:
        for page in pages:
            writer.write(
                page, photometric='rgb' if page.ndim == 3 else 'minisblack',
                compression='zlib', metadata=None)  # yapf: disable
    return stream.getvalue()


@pytest.mark.parametrize('options', [{}, dict(byteorder='>'),
                                     dict(bigtiff=True)])  # yapf: disable
def test_pages_are_read_and_written_one_by_one(options: dict) -> None:
    values = RGB, DEEP_GREY[..., 0], 255 - RGB
    pages = TiffPages.find(pages_of(*values, **options))
    assert pages is not None and len(pages) == 3
    for number, page in enumerate(values):
        found = pages.read(number).pixels
        assert np.array_equal(found.reshape(page.shape), page)
    again = pages.write([None, None, None])
    with tifffile.TiffFile(io.BytesIO(again)) as file:
        assert len(file.pages) == 3
        for page, expected in zip(file.pages, values):
            assert np.array_equal(page.asarray(), expected)


def test_one_page_has_no_pages() -> None:
    assert TiffPages.find(by_tifffile(RGB, photometric='rgb')) is None
    assert TiffPages.find(by_pil(RGB, 'JPEG')) is None


def test_fax_pages_keep_their_bits() -> None:
    stream = io.BytesIO()
    pages = [Image.fromarray(GREY[..., 0] + shift).convert('1')
             for shift in (0, 99)]  # yapf: disable
    pages[0].save(
        stream, 'TIFF', compression='group4', save_all=True,
        append_images=pages[1:])  # yapf: disable
    found = TiffPages.find(stream.getvalue())
    assert found is not None
    with Image.open(io.BytesIO(found.write([None, None]))) as file:
        for number, page in enumerate(pages):
            file.seek(number)
            assert file.mode == '1' and file.info['compression'] == 'group4'
            assert np.array_equal(np.asarray(file), np.asarray(page))


@pytest.mark.parametrize(
    'second, is_so',
    [
        (DEEP_GREY[..., 0], True),
        (GREY[..., 0], False),  # other bits
        (DEEP_GREY[1:, :, 0], False),
        (DEEP_RGB, False),
    ])
def test_infrared_pages_are_known(second: np.ndarray, is_so: bool) -> None:
    pages = TiffPages.find(pages_of(DEEP_RGB, second))
    assert pages is not None and pages.has_infrared is is_so


def test_infrared_channels_are_known() -> None:
    values = np.dstack([DEEP_RGB, DEEP_GREY])
    for extra, is_so in ((0, True), (2, False)):
        photograph = read_photograph(
            by_tifffile(values, photometric='rgb', extrasamples=[extra]))
        channel = infrared_channel(photograph)
        assert (channel is not None) is is_so
        if channel is not None:
            assert np.array_equal(channel, DEEP_GREY[..., 0])


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_dust_is_dark_in_infrared(dtype: type) -> None:
    rng = np.random.default_rng(0)
    rows = np.linspace(150, 200, 200)[:, None]
    film = rows + rng.normal(0, 2, (200, 300))
    dust = np.zeros(film.shape, np.uint8)
    cv2.line(dust, (20, 30), (260, 120), 1, 2)
    cv2.circle(dust, (200, 160), 5, 1, -1)
    infrared = np.where(dust, 0.6 * film, film)
    scale = np.iinfo(dtype).max / 255
    found = infrared_mask((infrared * scale).astype(dtype))
    assert found.dtype == np.uint8
    both = (found & dust).sum()
    assert both / dust.sum() > 0.98 and both / found.sum() > 0.98


def test_clean_film_has_no_dust() -> None:
    film = np.random.default_rng(0).normal(180, 3, (200, 300))
    assert infrared_mask(film.astype(np.uint8)).mean() < 1e-4
