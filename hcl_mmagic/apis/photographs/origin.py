"""The file that a photograph came from."""
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

from .tiff_directory import Fields


@dataclass(frozen=True)
class JpegQuality:
    """How strongly a JPEG file was compressed.

    Args:
        tables (dict[int, list[int]]): Quantisation tables, in PIL's order.
        subsampling (int): Of colour, as PIL counts: 0 = 4:4:4, 1 = 4:2:2,
            2 = 4:2:0.
        progressive (bool): Whether it was stored from coarse to fine.
    """
    tables: Dict[int, List[int]]
    subsampling: int
    progressive: bool


@dataclass(frozen=True)
class TiffTags:
    """What only a TIFF file says, all in its own byte order.

    Args:
        order (str): '<' for Intel's byte order, '>' for Motorola's.
        extra_sample (int): What a sample beside the colours is: 0 =
            unspecified, 1 = alpha by which the colours were multiplied, 2 =
            plain alpha.
        fields (dict): Tags that do not describe how pixels are stored: maker,
            copyright, resolution and so on, without colour profile and XMP.
        directories (dict): Fields of the EXIF and GPS directories, by the tag
            that points to them.
    """
    order: str
    extra_sample: int
    fields: Fields
    directories: Dict[int, Fields]


@dataclass(frozen=True)
class Origin:
    """The file that a photograph came from, and what it says beside pixels.

    Rotation has been applied to the pixels, so the metadata call the
    photograph upright. Thumbnails inside of the EXIF block are unlinked: they
    would show the photograph before its restoration.

    Args:
        format (str): 'PNG', 'JPEG', 'TIFF', 'WEBP', 'BMP', 'GIF' or 'PPM'.
        exif (bytes, optional): EXIF block, from its byte order mark on. Of a
            TIFF file None, as ``tiff`` has it.
        xmp (bytes, optional): XMP packet.
        icc_profile (bytes, optional): Colour profile.
        dpi (tuple[float, float], optional): Pixels per inch, across and down.
        comment (bytes, optional): Of a JPEG or GIF file.
        png_chunks (list[tuple[bytes, bytes]]): Names and contents of other
            chunks of a PNG file: colours (gamma and so on) and texts.
        jpeg (JpegQuality, optional): Of a JPEG file.
        tiff (TiffTags, optional): Of a TIFF file.
        lossless (bool): Whether the file kept every value of a pixel.
    """
    format: str
    exif: Optional[bytes] = None
    xmp: Optional[bytes] = None
    icc_profile: Optional[bytes] = None
    dpi: Optional[Tuple[float, float]] = None
    comment: Optional[bytes] = None
    png_chunks: List[Tuple[bytes, bytes]] = field(default_factory=list)
    jpeg: Optional[JpegQuality] = None
    tiff: Optional[TiffTags] = None
    lossless: bool = True
