"""Which kind of file it is, by its first bytes; imports nothing heavy."""
import re
from typing import Optional

# As many bytes as are looked at.
START_BYTES = 64
# First bytes of what can be read, and the format.
_STARTS = {
    b'\x89PNG\r\n\x1a\n': 'PNG',
    b'\xff\xd8\xff': 'JPEG',
    b'BM': 'BMP',
    b'GIF87a': 'GIF',
    b'GIF89a': 'GIF',
    b'II*\0': 'TIFF',
    b'MM\0*': 'TIFF',
    b'II+\0': 'TIFF',
    b'MM\0+': 'TIFF',
    b'\xff\x0a': 'JXL',
    b'\0\0\0\x0cJXL \r\n\x87\n': 'JXL'
}
_AVIF_BRANDS = b'avif', b'avis'
_HEIC_BRANDS = (b'heic', b'heix', b'hevc', b'hevx', b'heim', b'heis', b'mif1',
                b'msf1')
# First bytes of cameras' own formats; those that are TIFF files besides are
# told by their tags.
_RAW_STARTS = {
    b'II*\0\x10\0\0\0CR': 'Canon CR2',
    b'FUJIFILMCCD-RAW': 'Fujifilm RAF',
    b'IIU\0': 'Panasonic RW2',
    b'IIRO': 'Olympus ORF',
    b'IIRS': 'Olympus ORF',
    b'MMOR': 'Olympus ORF',
    b'FOVb': 'Sigma X3F',
    b'\0MRM': 'Minolta MRW'
}
# First bytes of what people have, but nothing here reads.
_OTHER_STARTS = {
    b'8BPS': 'a Photoshop document',
    b'gimp xcf': 'a GIMP document',
    b'%PDF': 'a PDF document',
    b'PK\x03\x04': 'a zip archive, or a document of Krita, MyPaint or an '
    'office program',
    b'\0\0\0\x0cjP  ': 'a JPEG 2000 file',
    b'\xff\x4f\xff\x51': 'a JPEG 2000 file',
    b'v/1\x01': 'an OpenEXR file',
    b'#?RADIANCE': 'a Radiance HDR file',
    b'<svg': 'a vector drawing',
    b'<?xml': 'an XML document, perhaps a vector drawing',
    b'version https://git-lfs': 'a pointer of Git LFS instead of the file',
    b'<!DOCTYPE': 'a web page instead of a photograph',
    b'<html': 'a web page instead of a photograph'
}
# A TGA file has no mark in front: no palette or one, one of six kinds, a
# palette of plain size, bits of a pixel.
_TGA = re.compile(
    rb'.(?:\x00[\x02\x03\n\x0b]\x00{5}|\x01[\x01\t]\x00\x00..[\x10\x18\x20])'
    rb'.{4}(?!\x00\x00)..(?!\x00\x00)..[\x08\x10\x18\x20][\x00-\x3f]',
    re.DOTALL)


def format_of_content(content: bytes) -> Optional[str]:
    """The format of a photograph that can be read, perhaps with an optional
    package: 'PNG', 'JPEG', 'TIFF', 'WEBP', 'BMP', 'GIF', 'PPM', 'TGA', 'AVIF',
    'HEIF' or 'JXL'; None for other content. The first ``START_BYTES`` of a
    file are enough."""
    if raw_format(content) or other_kind(content):
        return None
    for start, name in _STARTS.items():
        if content.startswith(start):
            return name
    if content[:4] == b'RIFF' and content[8:12] == b'WEBP':
        return 'WEBP'
    if re.match(rb'P[1-6][\s#]', content):
        return 'PPM'
    if content[4:8] == b'ftyp':
        brands = [content[at:at + 4] for at in (8, *range(16, 44, 4))]
        if brands[0] in _AVIF_BRANDS or b'avif' in brands:
            return 'AVIF'
        return 'HEIF' if brands[0] in _HEIC_BRANDS else None
    return 'TGA' if _TGA.match(content) else None


def raw_format(content: bytes) -> Optional[str]:
    """What a camera's own format is called, 'Canon CR2' for instance; None
    for what is none."""
    for start, name in _RAW_STARTS.items():
        if content.startswith(start):
            return name
    if content[6:14] == b'HEAPCCDR':
        return 'Canon CRW'
    return 'Canon CR3' if content[4:12] == b'ftypcrx ' else None


def other_kind(content: bytes) -> Optional[str]:
    """What a file is that nothing here reads, in words; None if unknown."""
    for start, kind in _OTHER_STARTS.items():
        if content.startswith(start):
            return kind
    if content[4:8] == b'ftyp':
        known = *_AVIF_BRANDS, *_HEIC_BRANDS, b'miaf', b'crx '
        return None if content[8:12] in known else 'a film'
    return None
