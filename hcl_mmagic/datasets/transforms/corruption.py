"""Blending of foreign content into a clean photograph, or none."""
import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Optional, Union

import cv2
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from hcl_mmagic.datasets.transforms.loaded_masks import check_mask
from hcl_mmagic.datasets.transforms.random_draws import (check_range,
                                                         random_within)
from hcl_mmagic.errors import ConfigError


def feather(mask: np.ndarray, radius: float) -> np.ndarray:
    """Soften the edge of a mask (float32 ``(H, W, 1)``, 1 = corrupted, 0 =
    intact) by a Gaussian of so many pixels, cut off at three standard
    deviations; 0 keeps the hard edge. Returns the share of the content,
    float32 ``(H, W, 1)`` in [0, 1]."""
    if radius == 0:
        return mask
    taps = 2 * math.ceil(3 * radius) + 1
    soft = cv2.GaussianBlur(
        mask, (taps, taps), radius, borderType=cv2.BORDER_REFLECT_101)
    return soft.reshape(mask.shape)


@TRANSFORMS.register_module()
class CorruptImage(BaseTransform):
    """Corrupt a clean photograph where the mask says so.

    ``img = (1 - alpha) * gt + alpha * content`` with alpha = the opacity times
    the mask with a feathered edge (HCL, ICCV 2023, equation 1 and section
    4.1). The mask itself stays binary. ``img`` is rounded to whole numbers:
    real damaged photographs hold nothing else, so fractions would give the
    corruption away.

    Required Keys:

    - gt (uint8, or float32 from 0 to 255; ``(H, W, 3)``)
    - mask (``(H, W, 1)``, 1 = corrupted, 0 = intact)
    - gt_path, gt_channel_order, gt_color_type (optional)

    Added Keys:

    - img (like gt)
    - alpha (float32 ``(H, W, 1)`` in [0, 1], the share of the content)
    - corruption (str, name of the content's class in lower case without its
      ending, such as 'gaussian_noise')
    - img_channel_order, img_color_type (if gt has them)
    - content (uint8 ``(H, W, 3)``, with ``keep_content``)

    Args:
        contents (Sequence[dict]): Configs of transforms that add
            ``results['content']``, such as :class:`ImageContent`; one of
            them is drawn for each image.
        keep_content (bool): Leave the whole content in the results, for
            :class:`ContentAsTruth`.
        weights (Sequence[float], optional): How often each content is drawn,
            relative to the others. Defaults to equally often.
        feather_radius (float or tuple[float, float]): Standard deviation of
            the Gaussian edge in pixels, or its least and largest value; the
            authors' code uses 3 at 256 and at 512 pixels.
        opacity_range (tuple[float, float]): Least and most opaque content.
        content_transforms (Sequence[dict], optional): Configs of transforms
            that change ``results['content']`` before it is blended in, one
            after the other, such as :class:`CompressContent`.

    Raises:
        ValueError: If gt is no colour picture or holds NaN or infinity, or
            the mask does not fit.
    """

    def __init__(self,
                 *,
                 contents: Sequence[dict],
                 keep_content: bool = False,
                 weights: Optional[Sequence[float]] = None,
                 feather_radius: Union[float, tuple[float, float]] = 3.,
                 opacity_range: tuple[float, float] = (1., 1.),
                 content_transforms: Optional[Sequence[dict]] = None) -> None:
        if not contents:
            raise ValueError('contents must name at least one content.')
        weights = [1.] * len(contents) if weights is None else weights
        if len(weights) != len(contents) or min(weights) < 0 \
                or sum(weights) == 0:
            raise ValueError(
                'weights must hold one number for each content, none negative'
                f' and not all 0, got {list(weights)} for {len(contents)} '
                'contents.')
        if isinstance(feather_radius, (int, float)):
            feather_radius = (feather_radius, feather_radius)
        self.feather_range = check_range('feather_radius', feather_radius, 0)
        self.opacity_range = check_range('opacity_range', opacity_range, 0, 1)
        self.keep_content = keep_content
        self.contents = [TRANSFORMS.build(content) for content in contents]
        self.content_transforms = [
            TRANSFORMS.build(config) for config in content_transforms or ()
        ]
        self.probabilities = np.array(weights, float) / sum(weights)

    def __iter__(self) -> Iterator[BaseTransform]:
        return chain(self.contents, self.content_transforms)

    @cache_randomness
    def random_content(self) -> int:
        """Draw the index of the content."""
        return np.random.choice(len(self.contents), p=self.probabilities)

    @cache_randomness
    def random_edge(self) -> tuple[float, float]:
        """Draw the radius of the edge and the opacity of the content."""
        return (random_within(self.feather_range),
                random_within(self.opacity_range))

    def transform(self, results: dict) -> dict:
        """Add ``img``, ``alpha`` and ``corruption``, see Added Keys."""
        gt, mask = results['gt'], results['mask']
        source = results.get('gt_path', 'gt')
        check_photograph(gt, source)
        check_mask(mask, gt, source)
        content_source = self.contents[self.random_content()]
        results = content_source(results)
        for transform in self.content_transforms:
            results = transform(results)
        content = results.pop('content')
        radius, opacity = self.random_edge()
        alpha = np.float32(opacity) * feather(mask.astype(np.float32), radius)
        if self.keep_content:
            results['content'] = content
        # not gt: the changes of content may change the photograph alike
        results['img'] = blend(results['gt'], content, alpha)
        results['alpha'] = alpha
        return finish_corruption(results, content_source)


@TRANSFORMS.register_module()
class NoCorruption(BaseTransform):
    """Damage nothing, for a share of a mixture.

    A detector that has seen damage in every picture of its training expects
    some in every photograph. Keys: see :class:`CorruptionPattern`; ``img`` is
    a copy of ``gt``, ``mask`` and ``alpha`` are 0, ``corruption`` is 'no'.
    """

    def transform(self, results: dict) -> dict:
        """Add what :class:`CorruptImage` adds, and an empty mask."""
        gt = results['gt']
        check_photograph(gt, results.get('gt_path', 'gt'))
        results['img'] = gt.copy()
        results['mask'] = np.zeros((*gt.shape[:2], 1), np.float32)
        results['alpha'] = results['mask'].copy()
        return finish_corruption(results, self)


@TRANSFORMS.register_module()
class ContentAsTruth(BaseTransform):
    """Let the pasted picture be the truth (HCL, ICCV 2023, section 4.3.1).

    A photograph with content of another one can be restored in two
    directions. A model with ``reverse_mask=True`` keeps the corrupted pixels
    and paints the intact ones, so its image has to be compared with the whole
    picture that the content is a part of. Image and mask stay as they are, 1
    = corrupted: the detector is scored as ever, and scores ``_outside`` the
    mask are those of the restored part.

    Required Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255, RGB; :class:`CorruptImage` with
      ``keep_content=True`` leaves it)

    Modified Keys:

    - gt (becomes a copy of the content)

    Removed Keys:

    - content
    """

    def transform(self, results: dict) -> dict:
        """Replace ``results['gt']``; ConfigError if there is no content."""
        if 'content' not in results:
            raise ConfigError("ContentAsTruth needs 'content': let the "
                              'CorruptImage before it have keep_content=True.')
        results['gt'] = np.array(results.pop('content'))
        return results


def check_photograph(gt: np.ndarray, source: str) -> None:
    """ValueError unless a picture is uint8, or finite float32 (from 0 to 255),
    of shape ``(H, W, 3)``; the message names its source."""
    if gt.ndim != 3 or gt.shape[2] != 3 or gt.dtype not in (np.uint8,
                                                            np.float32):
        raise ValueError(f'{source}: the clean image must be uint8 or float32 '
                         f'of shape (H, W, 3), got {gt.dtype} {gt.shape}.')
    if gt.dtype != np.uint8 and not np.isfinite(gt).all():
        raise ValueError(f'{source}: the clean image holds NaN or infinity.')


def finish_corruption(results: dict, pattern: object) -> dict:
    """Add the name of the pattern, see :func:`corruption_name`, and for
    ``img`` the channel order and colour type of ``gt``, if they are known."""
    results['corruption'] = corruption_name(type(pattern))
    for key in ('channel_order', 'color_type'):
        if f'gt_{key}' in results:
            results[f'img_{key}'] = results[f'gt_{key}']
    return results


def corruption_name(pattern: type) -> str:
    """Name a pattern by its class: TextWatermarkCorruption is
    'text_watermark', GaussianNoiseContent is 'gaussian_noise'."""
    stem = re.sub('(Content|Corruption)$', '', pattern.__name__)
    return re.sub('(?<=[a-z0-9])(?=[A-Z])', '_', stem).lower()


def blend(gt: np.ndarray, content: np.ndarray,
          alpha: np.ndarray) -> np.ndarray:
    """Mix two pictures: ``(1 - alpha) * gt + alpha * content``.

    ``gt`` is ``(H, W, 3)``, uint8, or float32 from 0 to 255; ``content`` uint8
    of the same shape; ``alpha`` float32 ``(H, W, 1)`` in [0, 1]. Returns whole
    numbers of the dtype of ``gt``.
    """
    if gt.dtype == np.uint8:
        # OpenCV divides by the sum of the weights plus 1e-5.
        weight = np.float32(1024)
        share = weight * alpha[..., 0]
        return cv2.blendLinear(gt, content, weight - share, share)
    alpha = cv2.merge([alpha] * 3)  # twice as fast as broadcasting
    return np.rint(gt + alpha * (content.astype(np.float32) - gt))
