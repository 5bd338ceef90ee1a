"""What a JPEG file holds behind its photograph: gain maps, second views,
short films."""
from typing import Any, Optional

_SCAN, _END = 0xda, 0xd9
_PREVIEW = 'Large Thumbnail'


def second_picture(content: bytes, image: Any) -> Optional[str]:
    """What stands behind the photograph of a JPEG file, which PIL has opened
    as ``image``, in words; None if there is nothing but previews, which would
    show it before its restoration."""
    if image.format == 'MPO':
        others = image.mpinfo[0xb002][1:]
        if all(entry['Attribute']['MPType'].startswith(_PREVIEW)
               for entry in others):
            return None
    behind = content[_end_of_picture(content):]
    if b'ftyp' in behind[:2**16]:
        return 'the short film behind it'
    if b'\xff\xd8\xff' in behind:
        return ('the second picture behind it, such as the gain map of an HDR '
                'photograph')
    return None


def _end_of_picture(content: bytes) -> int:
    """Where the first picture of a JPEG file ends."""
    position = 2
    while position + 4 <= len(content) and content[position] == 0xff:
        marker = content[position + 1]
        if marker == _END:
            return position + 2
        if marker == 0xff:  # padding
            position += 1
            continue
        position += 2 + int.from_bytes(content[position + 2:position + 4],
                                       'big')
        if marker == _SCAN:
            position = _end_of_scan(content, position)
    return len(content)


def _end_of_scan(content: bytes, position: int) -> int:
    """Where the next marker stands that is none inside of a scan."""
    while True:
        position = content.find(b'\xff', position)
        if position < 0 or position + 1 >= len(content):
            return len(content)
        following = content[position + 1]
        if following and following != 0xff and not 0xd0 <= following <= 0xd7:
            return position
        position += 1 if following == 0xff else 2
