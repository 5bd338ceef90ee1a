"""Thousands of files that photograph readers stumble over, from one seed."""
import io
import os
import struct
import warnings
import zlib
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import numpy as np
import tifffile
from PIL import Image

Maker = Callable[[np.random.Generator], bytes]
_ENDINGS = dict(
    PNG='.png',
    JPEG='.jpg',
    TIFF='.tif',
    WEBP='.webp',
    GIF='.gif',
    BMP='.bmp',
    TGA='.tga',
    AVIF='.avif',
    PPM='.ppm')
_MODES = dict(
    PNG=['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'I;16'],
    JPEG=['L', 'RGB', 'CMYK'],
    TIFF=['1', 'L', 'RGB', 'RGBA', 'CMYK', 'I;16', 'LAB'],
    WEBP=['RGB', 'RGBA'],
    GIF=['L', 'P'],
    BMP=['1', 'L', 'RGB'],
    TGA=['L', 'P', 'RGB', 'RGBA'],
    AVIF=['RGB', 'RGBA'],
    PPM=['1', 'L', 'RGB'])
_HUGE = 2**31 - 1


class HostileFolder:
    """Fills a folder with hostile inputs.

    Args:
        folder (Path): Empty folder.
        seed (int): Of all random choices.
    """

    def __init__(self, folder: Path, seed: int = 0) -> None:
        self._folder = folder
        self._rng = np.random.default_rng(seed)
        self.inputs: List[Path] = []

    def fill(self, num_inputs: int) -> None:
        """Make the inputs.

        Args:
            num_inputs (int): How many; at least 100.
        """
        self._make_what_is_no_file()
        for maker in _SPECIALS:
            for size in (1, 7, 24):
                self._write(*maker(self._rng, size))
        kinds = [self._flipped, self._truncated, self._disguised, self._noise]
        shares = [0.5, 0.3, 0.1, 0.1]
        while len(self.inputs) < num_inputs:
            kinds[self._rng.choice(len(kinds), p=shares)]()

    def _flipped(self) -> None:
        """Up to 9 bytes of a valid file are others."""
        kind, content = self._valid()
        broken = bytearray(content)
        for _ in range(self._rng.integers(1, 10)):
            # Headers are short and matter most.
            end = len(broken) if self._rng.random() < 0.5 else 64
            place = self._rng.integers(min(end, len(broken)))
            broken[place] = self._rng.integers(256)
        if not _is_fine_but_large(bytes(broken)):
            self._write(bytes(broken), _ENDINGS[kind])

    def _truncated(self) -> None:
        kind, content = self._valid()
        end = self._rng.integers(len(content))
        self._write(content[:end], _ENDINGS[kind])

    def _disguised(self) -> None:
        _, content = self._valid()
        self._write(content, self._rng.choice(list(_ENDINGS.values())))

    def _noise(self) -> None:
        kind, content = self._valid()
        start = content[:self._rng.integers(12)]
        noise = self._rng.bytes(int(self._rng.integers(200)))
        self._write(start + noise, _ENDINGS[kind])

    def _valid(self) -> Tuple[str, bytes]:
        kind = self._rng.choice(list(_MODES))
        mode = self._rng.choice(_MODES[kind])
        size = self._rng.integers(1, 13, size=2)
        return kind, encode(draw(self._rng, mode, size), kind)

    def _write(self, content: bytes, ending: str) -> None:
        path = self._folder / self._name(ending)
        path.write_bytes(content)
        self.inputs.append(path)

    def _name(self, ending: str) -> str:
        """Now and then one that is awkward, and always another."""
        number = f'{len(self.inputs):04}'
        stem = self._rng.choice(
            ['photo', '-o', 'a b', '\u5199\u771f', 'Gr\u00fc\u00dfe', '\u202e',
             'x\ny', '"q\'', '%s{0}', '\udcff\udc80', '\U0001f4f7', 'x' * 400,
             '\u5199' * 200, '*', '[a]', '~', 'x_mask', 'CON'],
            p=[0.66] + 17 * [0.02])  # yapf: disable
        room = 255 - len(number + ending)
        while len(os.fsencode(str(stem))) > room:
            stem = stem[:-1]
        return f'{stem}{number}{ending}'

    def _make_what_is_no_file(self) -> None:
        """Links in circles and to nowhere, a pipe, a folder like a file."""
        below = self._folder / 'below.png'
        below.mkdir()
        os.symlink('..', below / 'up')
        os.symlink(below, self._folder / 'again')
        names = dict(loop='loop.png', nowhere='missing.png', null='/dev/null',
                     endless='/dev/zero')  # yapf: disable
        for name, target in names.items():
            path = self._folder / f'{name}.png'
            os.symlink(target, path)
            self.inputs.append(path)
        os.mkfifo(self._folder / 'pipe.jpg')
        self.inputs.append(self._folder / 'pipe.jpg')


def draw(rng: np.random.Generator, mode: str, size: tuple) -> Image.Image:
    """A picture of noise with a white corner, of a mode of PIL."""
    width, height = map(int, size)
    if mode == 'I;16':
        values = rng.integers(0, 65536, (height, width), dtype=np.uint16)
        return Image.fromarray(values)
    noise = rng.integers(0, 256, (height, width, 4), dtype=np.uint8)
    noise[0, 0] = 255
    image = Image.fromarray(noise, 'RGBA')
    if mode == 'LAB':
        return Image.frombytes('LAB', image.size, image.convert('RGB')
                               .tobytes())  # yapf: disable
    return image.convert('RGB').convert(mode) if mode in (
        '1', 'P', 'CMYK') else image.convert(mode)


def _is_fine_but_large(content: bytes) -> bool:
    """Whether it now is an honest picture, of a size that takes minutes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            with Image.open(io.BytesIO(content)) as image:
                return 10_000 < image.width * image.height < 2e8
    except Exception:  # what is hostile is welcome
        return False


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(width: int, height: int, data: bytes, *extra: bytes) -> bytes:
    """A PNG file of grey pixels that may say what is not so."""
    head = struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)
    chunks = [b'IHDR' + head, *extra, b'IDAT' + data, b'IEND']
    return b'\x89PNG\r\n\x1a\n' + b''.join(
        struct.pack('>I',
                    len(chunk) - 4) + chunk +
        struct.pack('>I', zlib.crc32(chunk)) for chunk in chunks)


def _frames(rng: np.random.Generator, size: int) -> List[Image.Image]:
    return [draw(rng, 'RGB', (size, size)) for _ in range(3)]


def _animated(kind: str) -> Callable:

    def make(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
        first, *others = _frames(rng, size)
        content = encode(first, kind, save_all=True, append_images=others)
        return content, _ENDINGS[kind]

    return make


def _big_tiff(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """One that says it has more fields than its file has bytes."""
    stream = io.BytesIO()
    tifffile.imwrite(stream, rng.random((size, size)) > 0.5, bigtiff=True)
    content = bytearray(stream.getvalue())
    directory, = struct.unpack_from('<Q', content, 8)
    struct.pack_into('<Q', content, directory, 2**62)
    return bytes(content), '.tif'


def _pages(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """Pages of which one is cut off."""
    content, ending = _animated('TIFF')(rng, size)
    return content[:-size], ending


def _second_picture(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    first, second, _ = (encode(frame, 'JPEG') for frame in _frames(rng, size))
    return first + second[:size], '.jpg'


def _float_tiff(value: float) -> Callable:

    def make(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
        values = rng.random((size, size), dtype=np.float32)
        values[0] = value
        return encode(Image.fromarray(values), 'TIFF'), '.tiff'

    return make


def _strip(wide: bool) -> Callable:

    def make(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
        shape = (size * 40, 1) if wide else (1, size * 40)
        return encode(draw(rng, 'RGB', shape), 'PNG'), '.png'

    return make


def _claim(kind: str) -> Callable:
    """A small file that says it is a huge picture."""
    places: Dict[str, tuple] = dict(
        BMP=('<ii', 18), GIF=('<HH', 6), PNG=('>II', 16))

    def make(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
        content = bytearray(encode(draw(rng, 'L', (size, size)), kind))
        layout, place = places[kind]
        most = 2**16 - 1 if kind == 'GIF' else _HUGE
        struct.pack_into(layout, content, place, most, most)
        return bytes(content), _ENDINGS[kind]

    return make


def _jpeg_claim(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    content = bytearray(encode(draw(rng, 'L', (size, size)), 'JPEG'))
    struct.pack_into('>HH', content,
                     content.index(b'\xff\xc0') + 5, 65535, 65535)
    return bytes(content), '.jpg'


def _tiff_claim(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    content = bytearray(encode(draw(rng, 'L', (size, size)), 'TIFF'))
    directory, = struct.unpack_from('<I', content, 4)
    for tag in (0, 1):  # width and height are the first ones
        struct.pack_into('<HII', content, directory + 2 + 12 * tag + 2, 4, 1,
                         _HUGE)
    return bytes(content), '.tif'


def _pixel_bomb(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """300 megapixels that are all alike."""
    side = 17_000 + size
    rows = zlib.compressobj(9)
    row = bytes(side + 1)
    data = b''.join(rows.compress(row) for _ in range(200)) + rows.flush()
    return png(side, side, data), '.png'


def _text_bomb(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """Small pixels with 200 MB of text or colour profile."""
    text = zlib.compress(bytes(200_000_000), 1)
    kinds = (b'zTXtComment\0\0', b'iCCPprofile\0\0')
    return png(1, 1, zlib.compress(b'\0\0'),
               kinds[size % 2] + text), '.png'  # yapf: disable


def _empty(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    return b'', list(_ENDINGS.values())[size % 6]


def _text(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    return b'not a photograph\n' * size, '.jpg'


def _unsupported(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    return b'\0\0\0\x1cftypheic' + bytes(size), '.heic'


def _jpeg_xl(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """A head that tells of 16 bits, and nothing behind it; or less of it."""
    head = b'\xff\n\xcb\xf0\x03P\xb4\x08\x08\x04\x01\0'
    return head[:size], '.jxl'


def _infrared(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """A scan whose infrared has another size."""
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as writer:
        for shape in ((size, size, 3), (size + 1, size)):
            writer.write(
                rng.integers(0, 65536, shape, dtype=np.uint16),
                photometric='rgb' if len(shape) == 3 else 'minisblack')
    return stream.getvalue(), '.tif'


def _inks(rng: np.random.Generator, size: int) -> Tuple[bytes, str]:
    """CMYK by a colour profile that is none."""
    picture = draw(rng, 'CMYK', (size, size))
    kind = 'TIFF' if size % 2 else 'JPEG'
    profile = rng.bytes(40 * size)
    return encode(picture, kind, icc_profile=profile), _ENDINGS[kind]


_SPECIALS = [
    *map(_animated, ['GIF', 'PNG', 'WEBP', 'TIFF']),
    _big_tiff, _pages, _second_picture,
    *map(_float_tiff, [np.nan, np.inf, 0.5]),
    *map(_strip, [True, False]),
    *map(_claim, ['BMP', 'GIF', 'PNG']),
    _jpeg_claim, _tiff_claim, _pixel_bomb, _text_bomb, _empty, _text,
    _unsupported, _jpeg_xl, _infrared, _inks
]  # yapf: disable
