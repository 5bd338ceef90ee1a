"""Reading photographs and the masks that were given for them."""
import os
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import List, Optional

import numpy as np
from PIL import Image

from ..errors import DataMismatchError, DataNotFoundError, PhotographError
from ..photographs.eight_bits import read_white
from ..photographs.finding import Input, file_identity
from ..photographs.photograph import Photograph
from ..photographs.reading import read_photograph
from ..photographs.writing import keep_format_changes


@dataclass(frozen=True)
class LoadedInput:
    """A photograph that has been read."""
    photograph: Photograph
    state: os.stat_result  # of its file, before it was read
    mask: Optional[np.ndarray]  # the given one, 1 = corrupted, (H, W), uint8
    mask_path: Optional[str]
    seconds: float  # of reading


@dataclass(frozen=True)
class InputReader:
    """Reads photographs, with the masks that were given. With ``needs_mask`` a
    photograph without one is an error; with ``refuse_loss`` one whose format
    cannot hold the result without loss."""

    masks: Optional['GivenMasks'] = None
    needs_mask: bool = False
    refuse_loss: bool = False

    def read(self, item: Input) -> LoadedInput:
        """Read one photograph; an HCLError if it cannot be read or has no mask
        that fits, an OSError if there is no such file."""
        start = time.perf_counter()
        if item.problem:
            raise PhotographError(item.problem)
        state = os.stat(item.path)
        photograph = read_photograph(item.path)
        if self.refuse_loss:
            _refuse_loss(photograph)
        mask = mask_path = None
        if self.masks is not None:
            mask_path = self.masks.find(item)
            if mask_path is not None:
                mask = self.masks.read(mask_path)
                _check_size(mask, mask_path, photograph)
            elif self.needs_mask:
                raise DataNotFoundError(
                    f'no mask in {self.masks.path}: expected '
                    f'{" or ".join(self.masks.names(item.relative)[:2])}')
        return LoadedInput(photograph, state, mask, mask_path,
                           time.perf_counter() - start)


class GivenMasks:
    """The mask for all photographs, or the folder with one for each, that
    ``--mask`` names; a DataNotFoundError if there is neither."""

    def __init__(self, path: str) -> None:
        if not os.path.exists(path):
            raise DataNotFoundError(
                f'--mask: there is no file or folder {path}.')
        self.path = path
        self._is_folder = os.path.isdir(path)
        # One mask for all photographs is decoded once.
        self.read = lru_cache(maxsize=1)(read_mask)

    def names(self, relative: str) -> List[str]:
        """Names that the mask of a photograph may have, below the folder of
        masks; first choice first, and last those in the folder itself."""
        stem = os.path.splitext(relative)[0]
        found = [
            base + ending for base in (stem, relative)
            for ending in ('_mask.png', '.png')
        ]
        return list(dict.fromkeys(found + list(map(os.path.basename, found))))

    def find(self, item: Input) -> Optional[str]:
        """Path of the mask of a photograph, which is never its own; None if
        there is none."""
        if not self._is_folder:
            return self.path
        itself = file_identity(item.path)
        paths = (
            os.path.join(self.path, name)
            for name in self.names(item.relative))
        return next(
            (path for path in paths
             if os.path.isfile(path) and file_identity(path) != itself), None)


def read_mask(path: str) -> np.ndarray:
    """Read a mask from a picture of any kind: 1 = corrupted, 0 = intact, ``(H,
    W)``, uint8, upright, read-only. Its brighter half is corrupted, where it
    is opaque; of a picture with values 0 and 1 only, 1 is. A DataMismatchError
    if it cannot be read."""
    try:
        white = read_white(path, binary=False)
    except PhotographError as error:
        raise DataMismatchError(f'the mask {error}') from error
    mask = (white > 0.5).view(np.uint8)
    mask.setflags(write=False)
    return mask


def _check_size(mask: np.ndarray, path: str, photograph: Photograph) -> None:
    size = (photograph.height, photograph.width)
    if mask.shape != size:
        raise DataMismatchError(
            f'the mask {path} has {mask.shape[1]} x {mask.shape[0]} pixels, '
            f'but the upright photograph has {size[1]} x {size[0]}')


def _refuse_loss(photograph: Photograph) -> None:
    changes = keep_format_changes(photograph)
    if changes is not None:
        raise PhotographError('it can be restored in place with --format keep '
                              f'only. {changes}')


def format_of(name: str) -> Optional[str]:
    """Format that the ending of a name stands for, as PIL calls it, such as
    'JPEG'; None if unknown."""
    ending = os.path.splitext('stem' + name)[1].lower()
    return Image.registered_extensions().get(ending)
