"""Finding the mark that many photographs have in common.

Two neighbouring pixels differ by chance in a photograph, and the same way in
few others. Across the edge of a mark they differ in the same way in all, or
vary less on its side: :mod:`.mark_evidence`. Opacity and colour of a part
follow from its inside and the pixels just outside, which should have the same
mean and the same variance once the mark is gone; the opacity of its soft edge
is the most likely one, if photographs are as smooth there as around it.
"""
from dataclasses import replace
from typing import List, Optional, Sequence, Tuple

import cv2
import numpy as np

from ..errors import DataMismatchError
from .mark_evidence import align
from .same_mark import OPAQUE, MarkPart, SameMark

LEAST_PHOTOGRAPHS = 5
_MARGIN = 24  # pixels around a part that are looked at
_LEAST_OPACITY = 0.03  # what is fainter is no mark
_NEAR = 8  # pixels between what is compared inside and outside
_MOST_COMPARED = 1500  # such pairs
_MOST_SHARE = 0.5  # of the picture that a mark may cover
_ROUNDS, _SWEEPS, _FIRST_SWEEPS = 6, 25, 100
_VANISHES = 0.9  # what may be left of the edges of a mark
_ROUGH = 25.  # times as rough as its surroundings is not solved

# One pixel and its lower, then its right neighbour.
_NEIGHBOURS = [((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
               ((slice(None), slice(None, -1)), (slice(None), slice(1, None)))]


def find_same_mark(
        pictures: Sequence[np.ndarray],
        confidences: Optional[Sequence[np.ndarray]] = None) -> SameMark:
    """The mark that stands in pictures of one size, ``(H, W, 1 or 3)``, uint8,
    at the same place or a few pixels off.

    ``confidences``, probabilities that a pixel is corrupted, ``(H, W)`` in
    [0, 1], of these pictures or of some of them, help to find it. A
    DataMismatchError if there are fewer than five pictures, they are too much
    alike, or have no mark in common.
    """
    if len(pictures) < LEAST_PHOTOGRAPHS:
        raise DataMismatchError(
            f'A common mark takes at least {LEAST_PHOTOGRAPHS} photographs of '
            f'one size, but there are {len(pictures)}.')
    height, width = pictures[0].shape[:2]
    reach = int(np.clip(min(height, width) // 32, 3, 12))
    stack = np.stack([_as_rgb(picture) for picture in pictures])
    mean = None
    if confidences:
        mean = np.minimum(
            np.mean(confidences, axis=0), np.median(confidences, axis=0))
    stack, region = align(stack, mean, reach)
    if region.mean() > _MOST_SHARE:
        raise DataMismatchError(
            'The photographs are too much alike for a common mark to stand '
            'out: most of their pixels are the same.')
    parts = _parts_of(stack, region)
    if not parts:
        raise DataMismatchError(
            f'No mark is common to the {len(pictures)} photographs of '
            f'{width} x {height} pixels that were compared.')
    return SameMark((height, width), parts, reach)


def _as_rgb(picture: np.ndarray) -> np.ndarray:
    return np.broadcast_to(picture, picture.shape[:2] + (3, ))


def _parts_of(stack: np.ndarray, region: np.ndarray) -> List[MarkPart]:
    parts = []
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        region, connectivity=8)
    for number in range(1, count):
        left, top, width, height = boxes[number, :4]
        rows = slice(max(0, top - _MARGIN), top + height + _MARGIN)
        columns = slice(max(0, left - _MARGIN), left + width + _MARGIN)
        part = _Estimate(stack[:, rows, columns], labels[rows,
                                                         columns] == number,
                         region[rows, columns] > 0).part()
        if part is not None:
            part = part.moved(rows.start, columns.start)
            if not _is_frame(part, region.shape):
                parts.append(part)
    return parts


def _is_frame(part: MarkPart, size: Tuple[int, ...]) -> bool:
    """Whether it is an opaque border of the photographs."""
    _, _, width, height = part.box
    return part.level > OPAQUE and (width > 0.95 * size[1]
                                    or height > 0.95 * size[0])


class _Estimate:
    """Opacity and colour of one part in a stack ``(N, h, w, 3)``, uint8, whose
    pixels are among those of ``inside``; those of ``marked`` belong to any."""

    def __init__(self, stack: np.ndarray, inside: np.ndarray,
                 marked: np.ndarray) -> None:
        self._values = stack.astype(np.float32)
        self._inside, self._marked = inside, marked
        kernel = np.ones((5, 5), np.uint8)
        self._around = cv2.dilate(marked.view(np.uint8), kernel) == 0
        roughness = self._roughness(self._values)
        # Smooth photographs say more of a mark, but not all.
        weights = 3 / np.maximum(roughness, 6)
        self._weights = np.minimum(weights, 4 * np.median(weights))
        # As many squares as degrees of freedom where there is no mark.
        self._freedom = float((self._weights * roughness).sum())
        rows, columns = np.indices(inside.shape)
        self._odd = (rows + columns) % 2 == 1

    def part(self) -> Optional[MarkPart]:
        """The part; None if there is no mark after all."""
        if self._around.sum() < 50:
            return None
        weights = self._weights[:, None, None, None]
        centre = (weights * self._values).sum(0) / self._weights.sum()
        # The opacity a as the gain 1 / (1 - a), by which what is left of the
        # photograph is multiplied.
        gain = np.ones(self._inside.shape)
        gain = self._sweep(gain, self._inside, self._products(centre),
                           _FIRST_SWEEPS, 20.)
        level: Optional[float] = None
        for number in range(_ROUNDS):
            opacity = 1 - 1 / gain
            core = self._core(opacity, level, number)
            fit = self._compare(core, self._outside(opacity, core, number))
            if fit is None or fit[0] < _LEAST_OPACITY:
                return None
            level, colour = fit
            most = 1 / (1 - level)
            products = self._products(colour)
            gain[core] = most
            gain = self._sweep(gain, self._inside & ~core, products, _SWEEPS,
                               most)
            solved = gain.copy()
            # What the inside would be by itself, for the next round.
            gain[core] = self._most_likely(gain, products)[core]
        near = cv2.dilate(core.view(np.uint8), np.ones((7, 7), np.uint8)) > 0
        opacity = np.where(near, 1 - 1 / solved, 0)
        opacity[opacity < _LEAST_OPACITY] = 0
        assert level is not None
        return self._judged(opacity.astype(np.float32), level, colour)

    def _core(self, opacity: np.ndarray, level: Optional[float],
              number: int) -> np.ndarray:
        """Pixels of the full opacity; at first those that stand out."""
        smooth = cv2.medianBlur(opacity.astype(np.float32), 3)
        if level is None:
            found = smooth[self._inside & (smooth > 0.05)]
            level = float(np.percentile(found, 70)) if len(found) else 1.
        if number < 2:
            return self._inside & (smooth > 0.75 * level) & (
                opacity > 0.6 * level)
        return self._inside & (opacity > (0.9 if number < 4 else 0.95) * level)

    def _outside(self, opacity: np.ndarray, core: np.ndarray,
                 number: int) -> np.ndarray:
        """Pixels that have nothing of the mark."""
        level = opacity[core].mean() if core.any() else 1.
        smooth = cv2.medianBlur(opacity.astype(np.float32), 3)
        near, share = (7, 0.25) if number == 0 else (3, 0.1)
        kernel = np.ones((near, near), np.uint8)
        base = core if number == 0 else self._inside & (smooth > share * level)
        near_mark = cv2.dilate(base.view(np.uint8), kernel) > 0
        free = ~near_mark & (~self._inside | (smooth < share * level))
        return free & (~self._marked | self._inside)

    def _compare(self, core: np.ndarray,
                 outside: np.ndarray) -> Optional[Tuple[float, np.ndarray]]:
        """Opacity and colour with which pixels of the inside, once solved,
        have the mean and the variance of the nearest ones outside."""
        distance, labels = cv2.distanceTransformWithLabels(
            (~outside).view(np.uint8), cv2.DIST_L2, 5,
            labelType=cv2.DIST_LABEL_PIXEL)  # yapf: disable
        free = np.flatnonzero(outside)
        nearest = np.zeros(labels.max() + 1, np.int64)
        nearest[labels.ravel()[free]] = free
        place = np.flatnonzero(core & (distance <= _NEAR))
        if len(place) < 8:
            return None
        place = place[::-(-len(place) // _MOST_COMPARED)]
        values = self._values.reshape(len(self._values), -1, 3)
        marked = values[:, place].astype(np.float64)
        clear = values[:, nearest[labels.ravel()[place]]].astype(np.float64)
        trust = np.ones((*marked.shape[:2], 1))
        for _ in range(12):
            means = [(trust * item).sum((0, 1)) / trust.sum()
                     for item in (marked, clear)]
            spreads = [(trust * (item - mean)**2).sum() + 1e-6
                       for item, mean in zip((marked, clear), means)]
            gain = float(np.clip(np.sqrt(spreads[1] / spreads[0]), 1.001, 20))
            colour = (means[1] - gain * means[0]) / (1 - gain)
            colour = colour.clip(0, 255)
            off = gain * (marked - colour) + colour - clear
            off = (off**2).mean(axis=2, keepdims=True)
            # Pairs across an edge of the photograph count little.
            trust = 1 / (1 + off / max(float(np.median(off)), 4.))
        return 1 - 1 / gain, colour

    def _judged(self, opacity: np.ndarray, level: float,
                colour: np.ndarray) -> Optional[MarkPart]:
        """The part, if its edges vanish from most pictures with it; what stays
        rough is to be repaired."""
        if (opacity > 0).sum() < 12:
            return None
        hidden = (opacity > OPAQUE).astype(np.uint8)
        red, green, blue = map(float, colour)
        part = MarkPart(0, 0, opacity, hidden, level, (red, green, blue))
        left = [
            part.remainder(picture, [(0, 0)])[0] for picture in self._values
        ]
        if level < OPAQUE and np.median(left) > _VANISHES:
            return None
        share = opacity[..., None].clip(0, OPAQUE)
        rough = self._rough_pixels(
            (self._values - share * colour) / (1 - share))
        hidden |= (rough & (opacity > 0)).view(np.uint8)
        return replace(part, hidden=hidden)

    def _rough_pixels(self, solved: np.ndarray) -> np.ndarray:
        """Where the solved pictures are much rougher than around the mark."""
        mean = float((self._weights * self._roughness(solved)).sum())
        typical = mean / len(solved) / 2  # of one of two directions
        rough = np.zeros(self._inside.shape, bool)
        for here, there in _NEIGHBOURS:
            step = ((solved[(slice(None), *here)] -
                     solved[(slice(None), *there)])**2).sum(3)
            high = np.tensordot(self._weights, step, 1) / len(step) > (
                _ROUGH * typical)
            rough[here] |= high
            rough[there] |= high
        return rough

    def _roughness(self, values: np.ndarray) -> np.ndarray:
        """Mean squared differences of neighbours around the mark, summed over
        channels and both directions, ``(N, )``."""
        total = np.zeros(len(values))
        for here, there in _NEIGHBOURS:
            where = self._around[here] & self._around[there]
            step = (values[(slice(None), *here)] -
                    values[(slice(None), *there)])[:, where]
            total += (step**2).sum(2).mean(1)
        return total

    def _products(self, centre: np.ndarray) -> List[np.ndarray]:
        """Of each pixel with itself, and with its lower and right neighbour,
        summed over pictures and channels, about a centre."""
        off = self._values - centre.astype(np.float32)
        weighted = off * self._weights[:, None, None, None].astype(np.float32)
        own = np.einsum('nhwc,nhwc->hw', weighted, off).astype(np.float64)
        return [own] + [
            np.einsum('nhwc,nhwc->hw', weighted[(slice(None), *here)],
                      off[(slice(None), *there)]).astype(np.float64)
            for here, there in _NEIGHBOURS
        ]

    def _sweep(self, gain: np.ndarray, free: np.ndarray,
               products: List[np.ndarray], times: int,
               most: float) -> np.ndarray:
        """The gains of the free pixels, one half of them after the other."""
        gain = gain.copy()
        halves = [free & self._odd, free & ~self._odd]
        for _ in range(times):
            for half in halves:
                likely = self._most_likely(gain, products)
                gain[half] = likely[half].clip(1, most)
        return gain

    def _most_likely(self, gain: np.ndarray,
                     products: List[np.ndarray]) -> np.ndarray:
        """The gain of each pixel, if those of its neighbours are right: it
        minimises the weighted squares of the differences, without making them
        vanish by a gain of 0, which its logarithm forbids."""
        own, *others = products
        linear, count = np.zeros_like(gain), np.zeros_like(gain)
        for (here, there), product in zip(_NEIGHBOURS, others):
            linear[here] += product * gain[there]
            linear[there] += product * gain[here]
            count[here] += 1
            count[there] += 1
        square = own * count + 1e-6
        return (linear +
                np.sqrt(linear**2 + 4 * square * self._freedom)) / (2 * square)
