"""Classical methods, which continue a picture into its damage and were never
trained."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple, Optional

import cv2
import numpy as np

from ..errors import ConfigError
from ..inpaintor_names import FSR, NAVIER_STOKES, PUSH_PULL, SHIFT_MAP, TELEA
from ..photographs.photograph import as_eight_bits
from .memory import CONTEXT, LARGEST_TILE
from .networks import NetworkDemand

# A picture (h, w, 1 or 3), uint8 or uint16, and a mask (h, w), uint8, that
# leaves something intact, to values of the same range.
Fill = Callable[[np.ndarray, np.ndarray], np.ndarray]
# Pixels around each one that OpenCV looks at, as in its examples.
RADIUS = 3
# A whole photograph, as far as the memory goes: these methods are fast and
# look at nothing but the surroundings of the damage.
WHOLE = 8192


class _Method(NamedTuple):
    fill: Fill
    # A generous estimate from the arrays that it makes, at 16 bits and three
    # channels.
    pixel_bytes: float
    largest_tile: int = WHOLE


@dataclass(eq=False)
class ClassicalRepairer:
    """A classical method as :class:`~.networks.Repairer`."""
    name: str
    fill: Fill
    demand: NetworkDemand
    path: Optional[Path] = None  # it has no weights
    sha256: Optional[str] = None
    # Their tiles have this much around them, so no tile is all damage.
    reach: int = CONTEXT
    runs_on: str = 'CPU'
    at_once: int = 1

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See :meth:`.networks.Repairer.repair`; the middle of the range where
        nothing is intact."""
        if mask.all():
            middle = np.iinfo(picture.dtype).max / 2
            return np.full(picture.shape, middle, np.float32)
        try:
            filled = self.fill(picture, mask)
        except cv2.error as error:
            if error.code == cv2.Error.StsNoMem:
                raise MemoryError(str(error)) from None
            raise
        return filled.reshape(picture.shape).astype(np.float32, copy=False)

    def release_memory(self) -> None:
        """There is nothing to give back."""


def load_classical(name: str) -> ClassicalRepairer:
    """A method by its name, one of
    :data:`~hcl_mmagic.inpaintor_names.CLASSICAL_METHODS`. A ConfigError if it
    needs OpenCV's extra modules and they are not installed.

    - ``'push-pull'``: Gortler et al., `The Lumigraph
      <https://doi.org/10.1145/237170.237200>`_, 1996, section 3.4.
    - ``'telea'``: `An image inpainting technique based on the fast marching
      method <https://doi.org/10.1080/10867651.2004.10487596>`_, 2004.
    - ``'navier-stokes'``: Bertalmio et al., `Navier-Stokes, fluid dynamics,
      and image and video inpainting
      <https://doi.org/10.1109/CVPR.2001.990497>`_, 2001.
    - ``'fsr'``: frequency-selective reconstruction, Genser et al., `Spectral
      constrained frequency selective extrapolation
      <https://doi.org/10.1109/PCS.2018.8456261>`_, 2018; in 8 bits.
    - ``'shift-map'``: `Image completion with shift maps
      <https://doi.org/10.1109/ICCV.2009.5459159>`_, Pritch et al., 2009; in 8
      bits.
    """
    method = _METHODS[name]
    if name in (FSR, SHIFT_MAP) and not hasattr(_xphoto(), 'inpaint'):
        raise ConfigError(
            f"{name} is one of OpenCV's extra modules, which are not "
            'installed: pip uninstall opencv-python opencv-python-headless, '
            'then pip install opencv-contrib-python-headless')
    return ClassicalRepairer(
        name, method.fill,
        NetworkDemand(0, method.pixel_bytes, CONTEXT, method.largest_tile))


def push_pull(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """What :func:`~hcl_mmagic.models.functional.fill_smoothly` does, for
    pixels of photographs."""
    known = 1 - mask[..., None].astype(np.float32)
    # Colours are kept multiplied by how far they are known.
    levels = [(picture * known, known)]
    while max(known.shape[:2]) > 1:
        color, known = map(_sum_of_children, levels[-1])
        scale = np.minimum(known, 1) / np.maximum(known, 1e-8)
        levels.append((color * scale, known * scale))
    filled, known = levels.pop()
    filled = filled / np.maximum(known, 1e-8)
    while levels:
        color, known = levels.pop()
        height, width = known.shape[:2]
        coarser = cv2.resize(
            filled, (width, height), interpolation=cv2.INTER_LINEAR)
        filled = coarser.reshape(color.shape)
        filled *= 1 - known
        filled += color
    return filled


def _sum_of_children(level: np.ndarray) -> np.ndarray:
    """Of 2x2 pixels each; fewer where a side is odd."""
    height, width, channels = level.shape
    level = np.pad(level, ((0, height % 2), (0, width % 2), (0, 0)))
    rows = level[::2] + level[1::2]
    return rows[:, ::2] + rows[:, 1::2]


def _diffusion(flag: int) -> Fill:
    """``cv2.inpaint``, which takes three channels in 8 bits only; no channel
    depends on another one."""

    def fill(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        planes = [
            cv2.inpaint(np.ascontiguousarray(plane), mask, RADIUS, flag)
            for plane in np.moveaxis(picture, 2, 0)
        ]
        return np.stack(planes, axis=2)

    return fill


def _extra(flag: str) -> Fill:
    """``cv2.xphoto.inpaint``, which works in 8 bits; 0 = corrupted there."""

    def fill(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        pixels = np.ascontiguousarray(as_eight_bits(picture))
        filled = np.zeros_like(pixels)
        _xphoto().inpaint(pixels, 255 * (1 - mask), filled,
                          getattr(_xphoto(), flag))
        scale = np.iinfo(picture.dtype).max / 255
        return filled.astype(np.float32) * np.float32(scale)

    return fill


def _xphoto() -> Any:
    return getattr(cv2, 'xphoto', None)


_METHODS: Dict[str, _Method] = {
    PUSH_PULL: _Method(push_pull, 100),
    TELEA: _Method(_diffusion(cv2.INPAINT_TELEA), 60),
    NAVIER_STOKES: _Method(_diffusion(cv2.INPAINT_NS), 60),
    FSR: _Method(_extra('INPAINT_FSR_FAST'), 100, LARGEST_TILE),
    SHIFT_MAP: _Method(_extra('INPAINT_SHIFTMAP'), 500, LARGEST_TILE),
}
