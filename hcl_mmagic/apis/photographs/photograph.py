"""A photograph: its pixels, and what is needed to write it back."""
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ...errors import PhotographError
from .origin import Origin


@dataclass(frozen=True, eq=False)  # arrays have no single equality
class Photograph:
    """An upright photograph.

    Args:
        pixels (np.ndarray): Grey (C = 1) or RGB (C = 3) values,
            ``(H, W, C)``, uint8 or uint16.
        alpha (np.ndarray, optional): Opacity, ``(H, W)``, of the same dtype;
            None where every pixel is opaque.
        origin (Origin, optional): The file it came from; None for pixels that
            came from no file.

    Raises:
        PhotographError: Shapes or dtypes are others.
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

    @property
    def height(self) -> int:
        """int: Rows of pixels."""
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        """int: Pixels of a row."""
        return self.pixels.shape[1]

    def with_pixels(self, pixels: np.ndarray) -> 'Photograph':
        """The same photograph with other values.

        Args:
            pixels (np.ndarray): Of the shape and dtype of the present ones.

        Returns:
            Photograph: With the same alpha and origin.

        Raises:
            PhotographError: The shape or dtype is another.
        """
        if (pixels.shape, pixels.dtype) != (self.pixels.shape,
                                            self.pixels.dtype):
            raise PhotographError(
                f'the new pixels should be {self.pixels.dtype} of shape '
                f'{self.pixels.shape}, but are {pixels.dtype} of shape '
                f'{pixels.shape}')
        return replace(self, pixels=pixels)
