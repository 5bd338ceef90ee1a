"""Smooth random curves, lines of changing width, and smooth noise."""
from typing import Optional

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

# Lines are drawn this much larger and shrunk: OpenCV's widths are whole
# pixels.
_SUPERSAMPLING = 2
_SHIFT = 4  # fractional bits of OpenCV's coordinates
_MAX_STEPS = 300


def smooth_curve(points: np.ndarray) -> np.ndarray:
    """Lay a cubic spline through at least 2 points ``(K, 2)``, x and y in
    pixels; returns points ``(N, 2)`` about 3 pixels apart."""
    length = np.hypot(*np.diff(points, axis=0).T).sum()
    steps = int(np.clip(length / 3, 4 * len(points), _MAX_STEPS))
    spline = CubicSpline(np.arange(len(points)), points, bc_type='natural')
    return spline(np.linspace(0, len(points) - 1, steps))


class Sketch:
    """Lines and shapes of one colour, with smooth edges."""

    def __init__(self, height: int, width: int) -> None:
        self._shape = height, width
        self._large = np.zeros(
            (height * _SUPERSAMPLING, width * _SUPERSAMPLING), np.uint8)

    def line(self,
             points: np.ndarray,
             widths: np.ndarray,
             strengths: Optional[np.ndarray] = None) -> None:
        """Draw a line through points ``(N, 2)``, x and y in pixels, with a
        width in pixels, at least half of one, and a strength in [0, 1], by
        default 1, at each of them."""
        if strengths is None:
            strengths = np.ones(len(points))
        corners = self._to_fractions(points).tolist()
        thicknesses = np.maximum(np.rint(widths * _SUPERSAMPLING), 1)
        greys = np.rint(255 * strengths)
        for start, end, thickness, grey in zip(
                corners, corners[1:],
                thicknesses.astype(int).tolist(), greys.tolist()):
            cv2.line(self._large, start, end, (grey, ), thickness, cv2.LINE_AA,
                     _SHIFT)

    def fill(self, outline: np.ndarray) -> None:
        """Fill a closed curve ``(N, 2)``, x and y in pixels."""
        cv2.fillPoly(self._large, [self._to_fractions(outline)], (255, ),
                     cv2.LINE_AA, _SHIFT)

    def share(self) -> np.ndarray:
        """How much is covered, float32 ``(H, W)`` in [0, 1]."""
        return shrink(self._large, self._shape)

    @staticmethod
    def _to_fractions(points: np.ndarray) -> np.ndarray:
        """Whole numbers, as OpenCV takes coordinates."""
        scaled = points * (_SUPERSAMPLING * 2**_SHIFT)
        return np.rint(scaled).astype(np.int32)


def shrink(large: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Average a uint8 drawing down to float32 ``(H, W)`` in [0, 1]."""
    small = cv2.resize(large, shape[::-1], interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def blur(share: np.ndarray, radius: float) -> np.ndarray:
    """Blur a share by a Gaussian of so many pixels, 0 = not at all."""
    if radius <= 0:
        return share
    return cv2.GaussianBlur(share, (0, 0), radius)


def place(picture: np.ndarray,
          degrees: float,
          center: np.ndarray,
          shape: tuple[int, int],
          scale: float = 1.) -> np.ndarray:
    """Turn a picture counter-clockwise, scale it and move its middle to a
    point, x and y, of an empty picture of the given height and width."""
    middle = np.array(picture.shape[1::-1]) / 2
    matrix = cv2.getRotationMatrix2D(middle.tolist(), degrees, scale)
    matrix[:, 2] = matrix[:, 2] + (center - middle)
    return cv2.warpAffine(picture, matrix, shape[::-1], flags=cv2.INTER_LINEAR)


def resize_by(picture: np.ndarray, scale: float) -> np.ndarray:
    """Resize a picture by a factor, averaged where it shrinks; a side keeps
    at least one pixel."""
    height, width = picture.shape[:2]
    size = np.maximum(np.rint(np.multiply((width, height), scale)), 1)
    return cv2.resize(
        picture, size.astype(int).tolist(), interpolation=cv2.INTER_AREA)


def points_around(radii: np.ndarray) -> np.ndarray:
    """Points ``(N, 2)`` at even angles around 0, the first one on top."""
    angles = np.arange(len(radii)) * 2 * np.pi / len(radii) - np.pi / 2
    return radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def random_blob(center: np.ndarray, radius: float,
                roughness: float) -> np.ndarray:
    """Draw the outline ``(N, 2)`` of a round shape with random dents, x and y
    in pixels; ``roughness`` says how far the radius strays from its mean, as a
    share of it."""
    angles = np.arange(0, 2 * np.pi, 2 * np.pi / 120)
    waves = np.arange(1, 7)[:, None]
    phases = np.random.uniform(0, 2 * np.pi, (6, 1))
    heights = np.random.normal(0, 1, (6, 1)) / waves
    dents = (heights * np.cos(waves * angles + phases)).sum(axis=0)
    radii = radius * np.maximum(1 + roughness * dents, 0.2)
    return center + radii[:, None] * np.stack(
        [np.cos(angles), np.sin(angles)], axis=1)


def smooth_noise(shape: tuple[int, int],
                 cell: float,
                 octaves: int = 1) -> np.ndarray:
    """Draw noise ``(H, W)``, float32, mean about 0, standard deviation about
    1, that is independent at a distance of ``cell`` pixels. Each further
    octave adds half as large noise of half the distance."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        size = max(cell / 2**octave, 1)
        grid = np.random.normal(
            size=(int(height / size) + 2, int(width / size) + 2))
        total += 0.5**octave * cv2.resize(
            grid.astype(np.float32), (width, height),
            interpolation=cv2.INTER_CUBIC)
    return total / max(total.std(), 1e-6)


def random_walk(start: np.ndarray, step: float, count: int,
                bend: float) -> np.ndarray:
    """Draw a smooth line ``(N, 2)``, x and y in pixels, of at least 2 steps of
    so many pixels; ``bend`` is the standard deviation of a change of direction
    in radians."""
    directions = np.cumsum(np.random.normal(0, bend, count))
    directions += np.random.uniform(0, 2 * np.pi)
    steps = step * np.stack([np.cos(directions), np.sin(directions)], axis=1)
    return smooth_curve(start + np.cumsum(steps, axis=0))


def random_changes(count: int, knots: int = 6) -> np.ndarray:
    """Draw values ``(count, )`` of standard deviation 1 that change slowly
    along a line; so many ``knots`` of them are independent."""
    positions = np.linspace(0, knots - 1, count)
    return np.interp(positions, range(knots), np.random.normal(size=knots))


def random_position(height: int, width: int) -> np.ndarray:
    """Draw a point of the picture, x and y."""
    return np.random.rand(2) * (width, height)
