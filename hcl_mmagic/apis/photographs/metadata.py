"""What a file says beside the pixels."""
from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass(frozen=True)
class Origin:
    """The file that a photograph came from.

    Args:
        format (str): As PIL names it: 'PNG', 'JPEG', ...
        exif (bytes, optional): EXIF block, orientation reset.
        icc_profile (bytes, optional): Colour profile.
        dpi (tuple[float, float], optional): Pixels per inch, across and down.
    """
    format: str
    exif: Optional[bytes] = None
    icc_profile: Optional[bytes] = None
    dpi: Optional[Tuple[float, float]] = None
