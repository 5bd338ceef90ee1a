"""Where many pictures have something in common that photographs have not."""
from typing import Optional, Tuple

import cv2
import numpy as np

_STRONG, _WEAK = 5., 3.5  # standard deviations, of a seed and of what joins it
_SEEDS = 4  # pixels
_MOST_STEP = 12.  # of neighbours, that counts
_ROWS_AT_ONCE = 64
_ROUNDS = 3


def align(stack: np.ndarray, confidence: Optional[np.ndarray],
          reach: int) -> Tuple[np.ndarray, np.ndarray]:
    """Pictures ``(N, H, W, 3)``, uint8, moved by up to ``reach`` pixels so
    that what they have in common lies at one place, and that place, ``(H,
    W)``, uint8: 1 = marked, perhaps, 0 = not. ``confidence`` as of
    :func:`common_region`."""
    region = _find_at_any_scale(stack, confidence)
    if not region.any():
        return stack, region
    aligned = stack
    for _ in range(_ROUNDS):
        before = aligned
        aligned = _moved_to_the_mean(stack, before, region, reach)
        if np.shares_memory(aligned, before) or (aligned == before).all():
            break
        found = common_region(aligned, confidence)
        region = found if found.any() else region
    sharp = common_region(aligned, confidence)
    return aligned, sharp if sharp.any() else region


def common_region(stack: np.ndarray,
                  confidence: Optional[np.ndarray]) -> np.ndarray:
    """Where neighbours in pictures ``(N, H, W, 3)``, uint8, differ in the same
    way in all, or one varies more than the other, with what lies between,
    ``(H, W)``, uint8. Where the ``confidence`` of damage, ``(H, W)``, that
    they have in common is above one half, less will do."""
    evidence = _evidence(stack)
    seeds = evidence > _STRONG
    if confidence is not None:
        seeds |= (evidence > _WEAK) & (confidence > 0.5)
    count, labels = cv2.connectedComponents(
        (evidence > _WEAK).view(np.uint8), connectivity=8)
    enough = np.bincount(labels[seeds], minlength=count) >= _SEEDS
    enough[0] = False
    edges = enough[labels].view(np.uint8)
    if confidence is not None:
        edges |= (confidence > 0.5).view(np.uint8)
    grown = cv2.dilate(edges, np.ones((3, 3), np.uint8))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    closed = np.pad(cv2.morphologyEx(grown, cv2.MORPH_CLOSE, kernel), 1)
    everywhere = np.zeros((closed.shape[0] + 2, closed.shape[1] + 2), np.uint8)
    cv2.floodFill(closed, everywhere, (0, 0), (2, ))
    return (closed[1:-1, 1:-1] != 2).astype(np.uint8)


def _find_at_any_scale(stack: np.ndarray,
                       confidence: Optional[np.ndarray]) -> np.ndarray:
    """Marks that move are found in smaller pictures, in which they do not."""
    region = common_region(stack, confidence)
    height, width = stack.shape[1:3]
    for scale in (2, 4):
        if region.any() or min(height, width) < 32 * scale:
            break
        size = width // scale, height // scale
        smaller = np.stack([
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            for picture in stack
        ])
        region = cv2.resize(
            common_region(smaller, None), (width, height),
            interpolation=cv2.INTER_NEAREST)
    return region


def _evidence(stack: np.ndarray) -> np.ndarray:
    """By how many standard deviations neighbours are no such by chance."""
    found = np.zeros(stack.shape[1:3], np.float32)
    for top in range(0, found.shape[0], _ROWS_AT_ONCE):
        band = stack[:, top:top + _ROWS_AT_ONCE + 1].astype(np.float32)
        across = _difference(band[:, :, :-1], band[:, :, 1:])
        for part in (found[top:, :-1], found[top:, 1:]):
            rows = part[:len(across)]
            np.maximum(rows, across[:len(rows)], out=rows)
        if band.shape[1] > 1:
            down = _difference(band[:, :-1], band[:, 1:])
            for part in (found[top:], found[top + 1:]):
                rows = part[:len(down)]
                np.maximum(rows, down, out=rows)
    return found


def _difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Between stacks: of the means, by Student's test, and of the variances,
    by Pitman's and Morgan's; the largest of the channels."""
    number = len(one)
    step = other - one
    clipped = step.clip(-_MOST_STEP, _MOST_STEP)
    error = np.sqrt((clipped.var(0) + 0.1) / number) + 0.1
    # As a normal deviate: of few pictures Student's t is large by chance.
    freedom = number - 1
    of_means = np.sqrt(freedom * np.log1p(
        (clipped.mean(0) / error)**2 / freedom))
    level = one + other
    level -= level.mean(0)
    rest = (step - np.median(step, axis=0)).clip(-30, 30)
    scale = np.sqrt((level**2).sum(0) * (rest**2).sum(0)) + 1e-3
    correlation = ((level * rest).sum(0) / scale).clip(-0.999, 0.999)
    of_variances = np.arctanh(correlation) * np.sqrt(number - 3)
    return np.hypot(of_means, of_variances).max(-1)


def _moved_to_the_mean(stack: np.ndarray, aligned: np.ndarray,
                       region: np.ndarray, reach: int) -> np.ndarray:
    """Each picture, moved to where its edges fit those of the mean best."""
    rows, columns = np.nonzero(region)
    box = (slice(
        max(reach,
            rows.min() - 2), min(region.shape[0] - reach,
                                 rows.max() + 3)),
           slice(
               max(reach,
                   columns.min() - 2),
               min(region.shape[1] - reach,
                   columns.max() + 3)))
    if min(box[0].stop - box[0].start, box[1].stop - box[1].start) < 4:
        return aligned
    wide = tuple(slice(side.start - reach, side.stop + reach) for side in box)
    pattern = np.mean([_edges(picture[box]) for picture in aligned], axis=0)
    moved = []
    for picture in stack:
        fit = sum(
            cv2.matchTemplate(edges, wanted, cv2.TM_CCORR)
            for edges, wanted in zip(
                _edges(picture[wide]), pattern.astype(np.float32)))
        _, most, _, (x, y) = cv2.minMaxLoc(fit)
        if most < 1.1 * fit[reach, reach]:
            x = y = reach
        moved.append(_moved(picture, reach - y, reach - x))
    return np.stack(moved)


def _edges(picture: np.ndarray) -> np.ndarray:
    """Differences of neighbours down and across, ``(2, h, w)``, float32; large
    ones do not count more than those of a faint mark."""
    grey = picture.mean(axis=2, dtype=np.float32)
    down, across = np.zeros((2, *grey.shape), np.float32)
    down[:-1], across[:, :-1] = np.diff(grey, axis=0), np.diff(grey, axis=1)
    return np.stack([down, across]).clip(-_MOST_STEP, _MOST_STEP)


def _moved(picture: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Moved down and to the right; at the edges it is repeated."""
    height, width = picture.shape[:2]
    y = (np.arange(height) - rows).clip(0, height - 1)
    x = (np.arange(width) - columns).clip(0, width - 1)
    return picture[y][:, x]
