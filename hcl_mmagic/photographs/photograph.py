"""A photograph: its pixels, and what is needed to write it back."""
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
from PIL import Image

from ..errors import PhotographError
from .tag_directories import Fields


@dataclass(frozen=True)
class TiffTags:
    """What only a TIFF file says, all in its own byte order."""
    order: str  # '<' for Intel's byte order, '>' for Motorola's
    # What a sample beside the colours is: 0 = unspecified (such as infrared),
    # 1 = alpha by which the colours were multiplied, 2 = plain alpha.
    extra_sample: int
    # Tags that do not describe how pixels are stored: maker, copyright,
    # resolution and so on, without colour profile and XMP.
    fields: Fields
    # Of EXIF and GPS, by the tag that points to them.
    directories: Dict[int, Fields]


@dataclass(frozen=True)
class Origin:
    """The file that a photograph came from, and what it says beside pixels.

    Rotation has been applied to the pixels, so the metadata call the
    photograph upright. Thumbnails inside of the EXIF block are unlinked: they
    would show the photograph before its restoration. Of a TIFF file ``tiff``
    has what ``exif`` and ``dpi`` have of others.
    """
    # 'PNG', 'JPEG', 'TIFF', 'WEBP', 'BMP', 'GIF', 'PPM', 'TGA', 'AVIF', 'HEIF'
    # or 'JXL'.
    format: str
    exif: Optional[bytes] = None  # from its byte order mark on
    xmp: Optional[bytes] = None  # packet
    icc_profile: Optional[bytes] = None
    dpi: Optional[Tuple[float, float]] = None  # across and down
    comment: Optional[bytes] = None  # of a JPEG or GIF file
    # Names and contents of other chunks of a PNG file: colours (gamma and so
    # on) and texts.
    png_chunks: List[Tuple[bytes, bytes]] = field(default_factory=list)
    # How PIL is to write a JPEG file as this one was: 'qtables',
    # 'subsampling', 'progressive'.
    jpeg: Optional[Dict[str, Any]] = None
    tiff: Optional[TiffTags] = None
    lossless: bool = True  # whether the file kept every value of a pixel
    two_levels: bool = False  # whether it holds black and white only
    # What the photograph has not of its file, in words, by kind: 'cmyk',
    # 'pictures' (others behind the first), 'bits'.
    lost: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # arrays have no single equality
class Photograph:
    """An upright photograph.

    ``pixels`` are grey (C = 1) or RGB (C = 3), ``(H, W, C)``, uint8 or uint16;
    ``alpha``, the opacity, ``(H, W)``, has the same dtype and is None where
    every pixel is opaque; ``origin`` is None for pixels that came from no
    file. A PhotographError if shapes or dtypes are others.
    """
    pixels: np.ndarray
    alpha: Optional[np.ndarray] = None
    origin: Optional[Origin] = None

    def __post_init__(self) -> None:
        pixels, alpha = self.pixels, self.alpha
        if pixels.dtype not in (np.uint8, np.uint16) or pixels.ndim != 3 or \
                pixels.shape[2] not in (1, 3) or 0 in pixels.shape:
            raise PhotographError(
                'pixels should be uint8 or uint16 of shape (H, W, 1 or 3), '
                f'but are {pixels.dtype} of shape {pixels.shape}')
        if alpha is not None and (alpha.dtype != pixels.dtype
                                  or alpha.shape != pixels.shape[:2]):
            raise PhotographError(
                f'alpha should be {pixels.dtype} of shape '
                f'{pixels.shape[:2]}, but is {alpha.dtype} of shape '
                f'{alpha.shape}')

    @classmethod
    def of_samples(cls,
                   samples: np.ndarray,
                   origin: Optional[Origin] = None) -> 'Photograph':
        """Photograph of ``(H, W, 1 to 4)`` values, an even last one alpha."""
        if samples.shape[2] % 2:
            return cls(np.ascontiguousarray(samples), None, origin)
        return cls(
            np.ascontiguousarray(samples[..., :-1]),
            np.ascontiguousarray(samples[..., -1]), origin)

    @property
    def samples(self) -> np.ndarray:
        """np.ndarray: ``(H, W, C)``, alpha last where there is one."""
        if self.alpha is None:
            return self.pixels
        return np.dstack([self.pixels, self.alpha])

    @property
    def height(self) -> int:
        """int: Rows of pixels."""
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        """int: Pixels of a row."""
        return self.pixels.shape[1]

    def with_pixels(self, pixels: np.ndarray) -> 'Photograph':
        """The same photograph with other values of the same shape and dtype; a
        PhotographError if they are others."""
        if (pixels.shape, pixels.dtype) != (self.pixels.shape,
                                            self.pixels.dtype):
            raise PhotographError(
                f'the new pixels should be {self.pixels.dtype} of shape '
                f'{self.pixels.shape}, but are {pixels.dtype} of shape '
                f'{pixels.shape}')
        return replace(self, pixels=pixels)

    def to_pil(self) -> Image.Image:
        """Picture of PIL's: L, LA, RGB or RGBA; of 16 bits the upper 8."""
        samples = as_eight_bits(self.samples)
        return Image.fromarray(samples[..., 0] if samples.shape[2] ==
                               1 else samples)


def as_eight_bits(pixels: np.ndarray) -> np.ndarray:
    """The upper 8 bits of each value, uint8; the same array if it has no
    more."""
    if pixels.dtype == np.uint8:
        return pixels
    return (pixels >> 8).astype(np.uint8)


def as_planes(image: np.ndarray) -> np.ndarray:
    """A picture ``(H, W)`` or ``(H, W, C)`` with its channels, of which OpenCV
    drops a single one."""
    return image[..., None] if image.ndim == 2 else image
