"""Kinds of files by their first bytes."""
import pytest
from tiny_pictures import GREY, RGB, by_pil, by_tifffile

from hcl_mmagic.photographs.kinds import (START_BYTES, format_of_content,
                                          other_kind, raw_format)


@pytest.mark.parametrize('name, content', [
    ('PNG', by_pil(RGB, 'PNG')),
    ('JPEG', by_pil(RGB, 'JPEG')),
    ('BMP', by_pil(RGB, 'BMP')),
    ('GIF', by_pil(RGB, 'GIF')),
    ('TIFF', by_pil(RGB, 'TIFF')),
    ('TIFF', by_tifffile(RGB, photometric='rgb', bigtiff=True)),
    ('TIFF', by_tifffile(RGB, photometric='rgb', byteorder='>')),
    ('WEBP', by_pil(RGB, 'WEBP')),
    ('PPM', by_pil(RGB, 'PPM')),
    ('PPM', b'P4\n# comment\n1 1\n\0'),
    ('AVIF', by_pil(RGB, 'AVIF')),
    ('TGA', by_pil(RGB, 'TGA')),
    ('TGA', by_pil(RGB, 'TGA', mode='P', compression='tga_rle')),
    ('TGA', by_pil(GREY, 'TGA')),
])
def test_the_first_bytes_are_enough(name: str, content: bytes) -> None:
    assert format_of_content(content[:START_BYTES]) == name
    assert raw_format(content) is None and other_kind(content) is None


@pytest.mark.parametrize('content', [
    b'', b'P', b'Peter wrote this', b'BA',
    bytes(100), b'\xff' * 100, b'%PDF-1.4', b'8BPS' + bytes(60),
    b'II*\0\x10\0\0\0CR\2', b'\0\0\0\x18ftypisom' + bytes(40),
    b'just a text of some length, long'
])
def test_other_files_are_none(content: bytes) -> None:
    assert format_of_content(content) is None
