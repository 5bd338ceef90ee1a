"""Tests of what cannot be read: each has a message, and nothing hangs."""
import os
import socket
import struct
import sys
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image
from tiny_pictures import (ALPHA, DEEP_GREY, DEEP_RGB, GREY, RGB, add_chunk,
                           by_opencv, by_pil, by_tifffile, exif_with,
                           png_chunk, raw_png)

from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.reading import read_photograph
from hcl_mmagic.photographs.writing import encode_photograph

pytestmark = pytest.mark.timeout(60)
FILES = {
    'grey.png': by_pil(GREY, 'PNG'),
    'rgba.png': by_pil(np.dstack([RGB, ALPHA]), 'PNG', dpi=(72, 72)),
    'palette.png': by_pil(RGB, 'PNG', mode='P'),
    'deep.png': by_opencv(DEEP_RGB, '.png'),
    'baseline.jpg': by_pil(RGB, 'JPEG', exif=exif_with(6)),
    'progressive.jpg': by_pil(RGB, 'JPEG', progressive=True),
    'plain.tif': by_tifffile(RGB, photometric='rgb'),
    'big.tif': by_tifffile(RGB, photometric='rgb', bigtiff=True),
    'cmyk.tif': by_pil(RGB, 'TIFF', mode='CMYK'),
    'cmyk.jpg': by_pil(RGB, 'JPEG', mode='CMYK'),
    'g4.tif': by_pil(GREY, 'TIFF', mode='1', compression='group4'),
    'lzw.tif': by_pil(RGB, 'TIFF', compression='tiff_lzw'),
    'deep.tif': by_tifffile(
        DEEP_RGB, photometric='rgb', compression='zlib', tile=(16, 16)),
    'palette.tif': by_pil(RGB, 'TIFF', mode='P'),
    'lossy.webp': by_pil(RGB, 'WEBP'),
    'lossless.webp': by_pil(RGB, 'WEBP', lossless=True),
    'a.avif': by_pil(RGB, 'AVIF'),
    'a.tga': by_pil(RGB, 'TGA', compression='tga_rle'),
    'a.bmp': by_pil(RGB, 'BMP'),
    'a.gif': by_pil(RGB, 'GIF', mode='P'),
    'a.ppm': by_pil(RGB, 'PPM'),
    'deep.ppm': by_opencv(DEEP_RGB, '.ppm')
}  # yapf: disable


def animated(format_name: str) -> bytes:
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    return by_pil(
        RGB, format_name, save_all=True, append_images=frames, duration=50)


def tiff_of_size(width: int, height: int) -> bytes:
    content = bytearray(by_tifffile(GREY[..., 0], byteorder='<'))
    directory, = struct.unpack_from('<I', content, 4)
    count, = struct.unpack_from('<H', content, directory)
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, = struct.unpack_from('<H', content, entry)
        if tag in (256, 257):
            value = width if tag == 256 else height
            struct.pack_into('<HII', content, entry + 2, 4, 1, value)
    return bytes(content)


REFUSED = [
    (b'', 'is empty'),
    (b'just a text', 'no photograph that can be read'),
    (bytes(1000), 'no photograph that can be read'),
    (animated('GIF'), 'is animated'),
    (animated('PNG'), 'is animated'),
    (animated('WEBP'), 'is animated'),
    (animated('TIFF'), 'several pages'),
    (by_pil(RGB, 'TIFF', mode='LAB'),
     'a TIFF file of 8-bit Lab values; convert it to RGB'),
    (by_tifffile(np.dstack([DEEP_RGB, DEEP_GREY]), photometric='separated',
                 planarconfig='contig'), '16-bit CMYK values; convert it'),
    (by_tifffile(RGB[..., 0] / np.float32(255)),
     'a TIFF file of 32-bit floating-point values'),
    (by_tifffile(np.full((4, 4), np.nan, np.float32)), 'floating-point'),
    (by_tifffile(RGB[..., 0] / np.float16(255)), 'floating-point values'),
    (by_tifffile(GREY[..., 0].astype(np.uint32)), '32 bits per value'),
    (by_tifffile(GREY[..., 0].astype(np.int16)), 'signed values'),
    (by_tifffile(np.dstack([RGB, RGB]), photometric='rgb',
                 planarconfig='contig'), '6 values per pixel'),
    (by_tifffile(RGB, photometric='rgb',
                 extratags=[(50706, 1, 4, b'\1\4\0\0', True)]), 'camera raw'),
    (b'P3 1 1 1023\n1 2 3\n', '16 bits written as a text'),
    (b'Pf 1 1 -1.0\n' + bytes(4), 'no photograph that can be read'),
    (b'II*\0\x10\0\0\0CR' + bytes(40), 'camera raw file .Canon CR2.'),
    (b'\0\0\0\x18ftypcrx ' + bytes(40), 'camera raw file .Canon CR3.'),
    (b'FUJIFILMCCD-RAW ' + bytes(40), 'Fujifilm RAF.; develop it'),
    (b'\0\0\0\x18ftypmp42' + bytes(40), 'is a film'),
    (b'PK\x03\x04' + bytes(40), 'zip archive, or a document of Krita'),
    (b'8BPS' + bytes(40), 'Photoshop'),
    (b'%PDF-1.4', 'PDF'),
]  # yapf: disable


@pytest.mark.parametrize('content, message', REFUSED)
def test_refused_kinds(content, message):
    with pytest.raises(PhotographError, match=f'the photograph.*{message}'):
        read_photograph(content)


@pytest.mark.parametrize('pixels, compression, name', [
    (RGB, 34712, 'JPEG2000'),
    (DEEP_RGB, 34712, 'JPEG2000'),
    (RGB, 50001, 'a TIFF file compressed with WEBP'),
])
def test_what_takes_an_optional_package(monkeypatch, capfd, pixels,
                                        compression, name):
    content = by_tifffile(pixels, photometric='rgb', byteorder='<')
    plain, packed = (
        struct.pack('<HHII', 259, 3, 1, value) for value in (1, compression))
    assert plain in content
    monkeypatch.setitem(sys.modules, 'imagecodecs', None)
    with pytest.raises(
            PhotographError, match=f'{name}, .* imagecodecs to read; ins'):
        read_photograph(content.replace(plain, packed))
    assert capfd.readouterr().err == ''


@pytest.mark.parametrize('content, module, name', [
    (b'\0\0\0\x18ftypheic' + bytes(40), 'pillow_heif', 'pillow-heif'),
    (b'\0\0\0\x18ftypmif1\0\0\0\0heic' + bytes(40), 'pillow_heif',
     'pillow-heif'),
    (b'\xff\x0a' + bytes(40), 'pillow_jxl', 'pillow-jxl-plugin'),
    (b'\0\0\0\x0cJXL \r\n\x87\n' + bytes(40), 'pillow_jxl',
     'pillow-jxl-plugin'),
    (by_pil(RGB, 'AVIF'), 'pillow_avif', 'pillow-avif-plugin'),
])  # yapf: disable
def test_a_missing_package_is_named(monkeypatch, content, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr('PIL.features.check', lambda _: False)
    with pytest.raises(
            PhotographError, match=f'takes the package {name} to read; inst'):
        read_photograph(content)


@pytest.mark.parametrize('content', [
    raw_png(100_000, 100_000, 8, 2, b''),
    raw_png(100_000, 100_000, 16, 2, b''),
    tiff_of_size(100_000, 100_000),
    tiff_of_size(2**32 - 1, 2**32 - 1),
    b'P6 100000 100000 255\n',
    b'P6 100000 100000 65535\n',
    by_pil(RGB, 'BMP')[:18] + struct.pack('<ii', 100_000, 100_000) +
    by_pil(RGB, 'BMP')[26:],
    b'GIF89a' + b'\xff' * 4 + by_pil(GREY, 'GIF')[10:],
    by_pil(RGB, 'JPEG').replace(
        struct.pack('>HH', *RGB.shape[:2]), b'\xff\xff\xff\xff'),
])
def test_size_is_checked_before_anything_is_decoded(content):
    tracemalloc.start()
    with pytest.raises(PhotographError, match='pixels, more than the|bomb'):
        read_photograph(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_limit_of_pixels_is_an_option():
    content, pixels = by_pil(RGB, 'PNG'), RGB.shape[0] * RGB.shape[1]
    read_photograph(content, max_pixels=pixels)
    with pytest.raises(PhotographError, match='83x61 pixels, more than'):
        read_photograph(content, max_pixels=pixels - 1)


@pytest.mark.parametrize('name, data', [(b'zTXt', b'Comment\0\0'),
                                        (b'iTXt', b'Comment\0\1\0\0\0'),
                                        (b'iCCP', b'profile\0\0')])
def test_metadata_that_swell(name, data):
    swollen = zlib.compress(bytes(100_000_000), 6)
    content = add_chunk(by_pil(RGB, 'PNG'), name, data + swollen)
    tracemalloc.start()
    with pytest.raises(PhotographError, match='decompresses to more than'):
        read_photograph(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000


def test_strips_of_a_tiff_file_that_swell():
    content = by_tifffile(
        np.zeros((5000, 5000), np.uint8),
        photometric='minisblack',
        compression='zlib',
        rowsperstrip=5000)
    width, small = (
        struct.pack('<HHII', 256, 4, 1, value) for value in (5000, 5))
    assert width in content
    tracemalloc.start()
    assert (read_photograph(content.replace(width, small)).pixels == 0).all()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_pixels_that_swell():
    content = raw_png(10, 10, 8, 2, bytes(50_000_000))
    assert (read_photograph(content).pixels == 0).all()


@pytest.mark.parametrize('name', FILES)
@pytest.mark.parametrize('share', [0.02, 0.3, 0.6, 0.9, 0.99])
def test_files_that_were_cut_off(name, share):
    content = FILES[name]
    with pytest.raises(PhotographError):
        read_photograph(content[:int(len(content) * share)])


# The last bytes of the others are a directory, an end mark or a footer.
@pytest.mark.parametrize(
    'name',
    [name for name in FILES if not name.endswith(('.tif', '.gif', '.tga'))])
def test_last_bytes_count(name):
    with pytest.raises(PhotographError):
        read_photograph(FILES[name][:-8])


def test_damaged_chunk_that_the_picture_needs():
    content = bytearray(FILES['deep.png'])
    content[len(content) // 2] ^= 255
    with pytest.raises(PhotographError, match='checksum'):
        read_photograph(bytes(content))


def test_damaged_chunk_that_the_picture_does_not_need():
    chunk = bytearray(png_chunk(b'tEXt', b'Title\0text'))
    chunk[-1] ^= 255
    content = FILES['grey.png']
    content = content[:33] + bytes(chunk) + content[33:]
    assert np.array_equal(read_photograph(content).pixels, GREY)


def test_unreadable_metadata_do_not_matter():
    content = add_chunk(FILES['grey.png'], b'eXIf', b'no EXIF block')
    content = add_chunk(content, b'iCCP', b'profile\0\0no zlib')
    photograph = read_photograph(content)
    assert photograph.origin.exif is None
    assert photograph.origin.icc_profile is None
    assert np.array_equal(photograph.pixels, GREY)


def test_swarm_of_chunks():
    chunks = png_chunk(b'tESt', b'') * 60_000
    content = FILES['grey.png']
    with pytest.raises(PhotographError, match='more than 50000 chunks'):
        read_photograph(content[:33] + chunks + content[33:])


def test_tags_of_a_tiff_file_that_lie_on_each_other():
    size = 1_000_000
    entries = b''.join(
        struct.pack('<HHII', tag, 1, size, 8) for tag in range(1000))
    content = b''.join([
        b'II*\0',
        struct.pack('<I', size + 8),
        bytes(size),
        struct.pack('<H', 1000), entries,
        bytes(4)
    ])
    tracemalloc.start()
    with pytest.raises(PhotographError, match='more bytes than its file'):
        read_photograph(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * size


def test_directories_of_a_tiff_file_in_a_circle():
    content = bytearray(by_tifffile(RGB, photometric='rgb', subfiletype=0))
    directory, = struct.unpack_from('<I', content, 4)
    count, = struct.unpack_from('<H', content, directory)
    struct.pack_into('<I', content, directory + 2 + 12 * count, directory)
    with pytest.raises(PhotographError, match='pages'):
        read_photograph(bytes(content))


def test_folder(tmp_path):
    with pytest.raises(PhotographError, match='is a folder'):
        read_photograph(tmp_path)


def test_missing_file(tmp_path):
    with pytest.raises(PhotographError, match='a.png is not there'):
        read_photograph(tmp_path / 'a.png')


def test_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / 'pipe.png')
    with pytest.raises(PhotographError, match='device, pipe or socket'):
        read_photograph(tmp_path / 'pipe.png')


@pytest.mark.parametrize('path', ['/dev/zero', '/dev/stdin', '/dev/tty'])
def test_devices_do_not_hang(path):
    with pytest.raises(PhotographError):
        read_photograph(path)


def test_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # such names have to be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind('a.png')
        with pytest.raises(PhotographError, match='device, pipe or socket'):
            read_photograph('a.png')


def test_circle_of_links(tmp_path):
    one, other = tmp_path / 'one.png', tmp_path / 'other.png'
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(PhotographError, match='one.png cannot be read'):
        read_photograph(one)


@pytest.mark.skipif(
    not hasattr(os, 'geteuid') or os.geteuid() == 0,
    reason='who may do everything may read everything')
def test_file_without_permission(tmp_path):
    path = tmp_path / 'a.png'
    path.write_bytes(FILES['grey.png'])
    path.chmod(0)
    with pytest.raises(PhotographError, match='cannot be read: Permission'):
        read_photograph(path)


@pytest.mark.parametrize('name', ['a\0b.png', 'x' * 5000, 'ä' * 200])
def test_impossible_names(tmp_path, name):
    with pytest.raises(PhotographError):
        read_photograph(str(tmp_path / name))


@pytest.mark.skipif(sys.platform != 'linux', reason='names are text there')
def test_message_about_a_name_that_is_no_text_can_be_printed(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b'/\xff\xfe.png')
    with pytest.raises(PhotographError) as caught:
        read_photograph(path)
    str(caught.value).encode()


def test_file_of_zeros_that_is_far_too_large(tmp_path):
    path = tmp_path / 'a.png'
    with open(path, 'wb') as file:
        file.truncate(10**12)
    with pytest.raises(PhotographError, match='more than any photograph'):
        read_photograph(path)


@pytest.mark.parametrize('name', FILES)
def test_damaged_files(name, capfd):
    """There is a photograph or a message, and nothing is printed."""
    generator = np.random.default_rng(len(name))
    outcomes = []
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        for _ in range(125):
            damaged = damage(FILES[name], generator)
            try:
                photograph = read_photograph(damaged, 1_000_000)
            except PhotographError:
                outcomes.append(False)
            else:
                encode_photograph(photograph)
                with suppress(PhotographError):
                    encode_photograph(photograph, keep_format=True)
                outcomes.append(True)
    assert not all(outcomes)
    assert capfd.readouterr() == ('', '')


def test_threads_leave_the_filters_of_warnings_as_they_were():
    before = list(warnings.filters)
    contents = list(FILES.values()) * 4
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(read_photograph, contents))) == len(contents)
    assert list(warnings.filters) == before


def damage(content: bytes, generator: np.random.Generator) -> bytes:
    """Change a file at a few places, most of them in its first bytes."""
    values = np.frombuffer(content, np.uint8).copy()
    for _ in range(generator.integers(1, 4)):
        end = len(values) if generator.random() < 0.5 else min(
            200, len(values))
        start = generator.integers(end)
        stop = start + generator.integers(1, 9)
        kind = generator.integers(3)
        if kind == 0:
            values[start:stop] = generator.integers(256)
        elif kind == 1:
            values[start:stop] ^= np.uint8(1 << generator.integers(8))
        else:
            values = np.delete(values, slice(start, stop))
    return values.tobytes()
