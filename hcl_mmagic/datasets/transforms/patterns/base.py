"""The common step of all patterns that bring their own shape."""
from typing import Any, NamedTuple, Union

import numpy as np
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from hcl_mmagic.datasets.transforms.corruption import (blend, check_photograph,
                                                       finish_corruption)
from hcl_mmagic.datasets.transforms.random_draws import (check_redraws,
                                                         draw_until_it_fits)

VISIBLE_SHARE = 1 / 32
"""Smaller shares of a pattern change a pixel by less than 8 of 255 grey
values, mostly by far less: they are set to 0, and the pixel stays intact."""

MIN_SIDE = 16


class Drawing(NamedTuple):
    """What a pattern has drawn for one photograph: how much of it the pattern
    covers, float32 ``(H, W)`` in [0, 1], and what it shows there, a picture
    uint8 ``(H, W, 3)`` unless the pattern says otherwise."""

    share: np.ndarray
    content: Any


class CorruptionPattern(BaseTransform):
    """Base of the patterns: draw a shape, blend it in, make the mask.

    The mask is 1 where the share of the pattern is at least
    ``VISIBLE_SHARE``, soft edges included. Outside the mask ``img`` equals
    ``gt`` bit for bit. Where a pattern happens to have the colour of the
    photograph the mask is 1 all the same.

    ``img`` holds whole numbers, as real damaged photographs do; a float32
    ``gt`` with fractions is rounded outside the mask, too.

    Required Keys:

    - gt (uint8, or float32 from 0 to 255; ``(H, W, 3)``, at least 16 pixels
      high and wide)
    - gt_path, gt_channel_order, gt_color_type (optional)

    Added Keys:

    - img (like gt)
    - mask (float32 ``(H, W, 1)``, 1 = corrupted, 0 = intact)
    - alpha (float32 ``(H, W, 1)`` in [0, 1], how much of the photograph is
      hidden; of patterns that darken, how much of its light is lost, as the
      mean of the channels)
    - corruption (str, the class name in lower case without its ending, such
      as 'text_watermark')
    - img_channel_order, img_color_type (if gt has them)

    Args:
        ratio_range (tuple[float, float]): Allowed share of corrupted pixels,
            both ends included.
        max_draws (int): After so many draws out of range the closest one is
            taken.

    Raises:
        ValueError: If the photograph is too small, no colour picture, or
            holds NaN or infinity.
    """

    def __init__(self, ratio_range: tuple[float, float],
                 max_draws: int) -> None:
        check_redraws(ratio_range, max_draws)
        self.ratio_range = ratio_range
        self.max_draws = max_draws

    def transform(self, results: dict) -> dict:
        """Add the keys named above."""
        gt = results['gt']
        source = results.get('gt_path', 'gt')
        check_photograph(gt, source)
        if min(gt.shape[:2]) < MIN_SIDE:
            raise ValueError(
                f'{source}: {type(self).__name__} needs photographs of at '
                f'least {MIN_SIDE} x {MIN_SIDE} pixels, got {gt.shape[:2]}.')
        drawing = self.random_drawing(*gt.shape[:2])
        is_bgr = results.get('gt_channel_order') == 'bgr'
        order = slice(None, None, -1 if is_bgr else 1)
        rgb = np.ascontiguousarray(gt[..., order])
        img = self._apply(rgb, drawing)[..., order]
        results['img'] = np.ascontiguousarray(img)
        results['mask'] = (drawing.share > 0)[..., None].astype(np.float32)
        results['alpha'] = self._hidden(drawing)[..., None]
        return finish_corruption(results, self)

    @cache_randomness
    def random_drawing(self, height: int, width: int) -> Drawing:
        """Draw until the corrupted share is within ``ratio_range``; there are
        no shares between 0 and ``VISIBLE_SHARE``."""
        return draw_until_it_fits(lambda: self._draw_visible(height, width),
                                  lambda drawing: (drawing.share > 0).mean(),
                                  self.ratio_range, self.max_draws)

    def _draw_visible(self, height: int, width: int) -> Drawing:
        drawing = self._draw(height, width)
        drawing.share[drawing.share < VISIBLE_SHARE] = 0
        return drawing

    def _draw(self, height: int, width: int) -> Drawing:
        """Draw once, in RGB."""
        raise NotImplementedError

    def _apply(self, gt: np.ndarray, drawing: Drawing) -> np.ndarray:
        """Damage an RGB photograph, only where the share is not 0."""
        return blend(gt, drawing.content, drawing.share[..., None])

    def _hidden(self, drawing: Drawing) -> np.ndarray:
        """How much of the photograph is hidden, float32 ``(H, W)``."""
        return drawing.share


class MultiplicativePattern(CorruptionPattern):
    """Base of the patterns that darken: ``img = gt * factor``.

    The factor is ``1 - share * (1 - content)``, with the content the
    remaining brightness in [0, 1] of each channel, ``(3, )`` or
    ``(H, W, 3)``.
    """

    def _apply(self, gt: np.ndarray, drawing: Drawing) -> np.ndarray:
        return np.rint(gt * (1 - self._lost(drawing))).astype(gt.dtype)

    def _hidden(self, drawing: Drawing) -> np.ndarray:
        return self._lost(drawing).mean(axis=-1)

    @staticmethod
    def _lost(drawing: Drawing) -> np.ndarray:
        return drawing.share[..., None] * (1 - np.float32(drawing.content))


class Canvas:
    """Colours painted over each other on a transparent ground."""

    def __init__(self, height: int, width: int) -> None:
        self._share = np.zeros((height, width, 1), np.float32)
        self._weighted = np.zeros((height, width, 3), np.float32)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self._share.shape[:2]
        return height, width

    def paint(self, share: np.ndarray, color: Union[np.ndarray,
                                                    tuple]) -> None:
        """Paint one layer over the former ones, of which it hides a share
        (float32 ``(H, W)`` in [0, 1]), in a colour (RGB from 0 to 255, ``(3,
        )`` or ``(H, W, 3)``)."""
        share = share[..., None]
        self._share += share * (1 - self._share)
        self._weighted += share * (
            np.asarray(color, np.float32) - self._weighted)

    def stamp(self) -> np.ndarray:
        """The layers as float32 ``(H, W, 4)``: RGB from 0 to 255 times the
        share, and the share."""
        return np.dstack([self._weighted, self._share])

    def drawing(self) -> Drawing:
        """The layers as one share and one picture, uint8."""
        colors = self._weighted / np.maximum(self._share, 1e-6)
        return Drawing(self._share[..., 0],
                       np.clip(np.rint(colors), 0, 255).astype(np.uint8))
