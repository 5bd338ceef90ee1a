"""Changes of content before it is pasted, see CorruptImage."""
import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from .random_draws import check_range, random_integer

_GRID = 16
"""Blocks of a JPEG file with halved colour resolution are 16 pixels wide."""


@TRANSFORMS.register_module()
class CompressContent(BaseTransform):
    """JPEG compression of content and of the photograph it is pasted into.

    Both get the same quality and the same grid of blocks, anywhere. What
    gives photograph and content away, their own former compression above
    all, is then mostly lost, and there is no seam between two compressions.
    Outside the mask ``img`` still equals ``gt``.

    Required Keys:

    - content (uint8 ``(H, W, 3)``, RGB)
    - gt (uint8 ``(H, W, 3)``, RGB; with the photograph only)

    Modified Keys:

    - content
    - gt (with the photograph only)

    Args:
        quality_range (tuple[int, int]): Lowest and highest JPEG quality, 1
            to 100.
        with_photograph (bool): Whether the photograph is compressed, too.
            Content compressed alone has a trace that a linear classifier
            finds (docs/corruptions.md).

    Raises:
        ValueError: If a picture to compress is not uint8.
    """

    def __init__(self,
                 *,
                 quality_range: tuple[int, int] = (50, 90),
                 with_photograph: bool = True) -> None:
        self.quality_range = check_range('quality_range', quality_range, 1,
                                         100)
        self.keys = ('content', 'gt') if with_photograph else ('content', )

    @cache_randomness
    def random_compression(self) -> tuple[int, int, int]:
        """Draw the quality and how far up and left of the picture the
        blocks begin, in pixels."""
        return (random_integer(self.quality_range), np.random.randint(_GRID),
                np.random.randint(_GRID))

    def transform(self, results: dict) -> dict:
        """Change ``results['content']``, and ``results['gt']`` if asked."""
        compression = self.random_compression()
        for key in self.keys:
            if results[key].dtype != np.uint8:
                raise ValueError(f'CompressContent takes uint8, got {key} of '
                                 f'{results[key].dtype}.')
            results[key] = _compress(results[key], *compression)
        return results


@TRANSFORMS.register_module()
class ShiftContentColor(BaseTransform):
    """Another contrast and brightness for each channel of content.

    ``content = gain * content + offset``, rounded and cut to 0 to 255.

    Required Keys:

    - content (uint8 ``(H, W, 3)``)

    Modified Keys:

    - content

    Args:
        gain_range (tuple[float, float]): Smallest and largest factor.
        offset_range (tuple[float, float]): Smallest and largest summand, on
            the scale of 0 to 255.
    """

    def __init__(
        self,
        *,
        gain_range: tuple[float, float] = (0.85, 1.15),
        offset_range: tuple[float, float] = (-20., 20.)
    ) -> None:
        self.gain_range = check_range('gain_range', gain_range, 0)
        self.offset_range = check_range('offset_range', offset_range, -255,
                                        255)

    @cache_randomness
    def random_shift(self) -> tuple[np.ndarray, np.ndarray]:
        """Draw gain and offset, each ``(3, )``."""
        return (np.random.uniform(*self.gain_range,
                                  3), np.random.uniform(*self.offset_range, 3))

    def transform(self, results: dict) -> dict:
        """Change ``results['content']``."""
        gain, offset = self.random_shift()
        shifted = np.rint(gain * results['content'] + offset)
        results['content'] = np.clip(shifted, 0, 255).astype(np.uint8)
        return results


def _compress(image: np.ndarray, quality: int, top: int,
              left: int) -> np.ndarray:
    # Mirrored as often as it takes, for pictures of a few pixels, too.
    padded = np.pad(image, ((top, 0), (left, 0), (0, 0)), 'symmetric')
    _, encoded = cv2.imencode('.jpg', padded[..., ::-1],
                              (cv2.IMWRITE_JPEG_QUALITY, quality))
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(decoded[top:, left:, ::-1])
