"""Reading photographs and the masks that were given for them."""
import os
import time
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from typing import Callable, List, Optional, Sequence, Tuple, Union

import numpy as np
from PIL import Image

from ..errors import DataMismatchError, DataNotFoundError, PhotographError
from ..jobs.manifest import read_source
from ..photographs.eight_bits import read_white
from ..photographs.finding import Input, file_identity
from ..photographs.infrared import infrared_channel, infrared_mask
from ..photographs.photograph import Photograph, as_eight_bits
from ..photographs.reading import (MAX_PIXELS, explain_failures,
                                   printable_name, read_file)
from ..photographs.tiff_pages import TiffPages, decode_first
from ..photographs.unjudged import why_not_judged
from ..photographs.writing import keep_format_changes

# Content of larger files does not wait in memory for being copied.
_KEPT_BYTES = 2**25


@dataclass(frozen=True)
class LoadedInput:
    """A photograph that has been read."""
    photograph: Photograph
    # Of its file, before it was read; None if it is none.
    state: Optional[os.stat_result]
    mask: Optional[np.ndarray]  # the given one, 1 = corrupted, (H, W), uint8
    mask_path: Optional[str]
    sha256: str  # of the file, 64 hexadecimals
    seconds: float  # of reading
    pages: Optional[TiffPages] = None  # if there are several
    # Why nobody looks for damage in it, in words.
    not_looked_at: Optional[str] = None
    # Of pages that are read, by their numbers from 0 on, with the mask that
    # was given for each; None where none was.
    mask_of_page: Optional[Callable[[int, Photograph],
                                    Optional[np.ndarray]]] = None
    needs_mask: bool = False  # pages without one stay as they are
    # The file's content once more; an HCLError if it is another one now.
    read_again: Optional[Callable[[], bytes]] = None

    @property
    def alone(self) -> bool:
        """bool: Whether it is not to be restored together with others."""
        return bool(self.mask is not None or self.pages or self.not_looked_at)


@dataclass(frozen=True)
class InputReader:
    """Reads photographs, with the masks that were given. With ``needs_mask`` a
    photograph without one is an error; with ``infrared`` the mask is made of
    the scan's own infrared. Kinds of ``refuse`` are errors, with
    ``refuse_loss`` also a photograph whose format cannot hold the result
    without loss. Those ``from_manifest`` may be in any storage."""

    masks: Optional['GivenMasks'] = None
    needs_mask: bool = False
    infrared: bool = False
    refuse: Sequence[str] = ()
    refuse_loss: bool = False
    from_manifest: bool = False

    def read(self, item: Input) -> LoadedInput:
        """Read one photograph; an HCLError if it cannot be read or has no mask
        that fits, an OSError if there is no such file."""
        start = time.perf_counter()
        if item.problem:
            raise PhotographError(item.problem)
        state = None if self.from_manifest else os.stat(item.path)
        content = self._read_content(item)
        with explain_failures(printable_name(item.path)):
            photograph, pages = decode_first(content)
        self._check(photograph, pages)
        mask, mask_path = self._find_mask(item, photograph, pages)
        mask_of_page = None
        if pages and self.masks is not None:
            mask_of_page = partial(self.masks.read_for_page, item)
        digest = sha256(content).hexdigest()
        return LoadedInput(
            photograph, state, mask, mask_path, digest,
            time.perf_counter() - start, pages,
            why_not_looked_at(photograph) if mask is None else None,
            mask_of_page, self.needs_mask,
            (lambda: content) if len(content) <= _KEPT_BYTES else partial(
                self._read_again, item, digest))

    def _read_content(self, item: Input) -> bytes:
        if self.from_manifest:
            return read_source(item, MAX_PIXELS)
        with explain_failures(printable_name(item.path)):
            return read_file(item.path, MAX_PIXELS)

    def _read_again(self, item: Input, digest: str) -> bytes:
        content = self._read_content(item)
        if sha256(content).hexdigest() != digest:
            raise PhotographError('another program has changed it meanwhile')
        return content

    def _check(self, photograph: Photograph,
               pages: Optional[TiffPages]) -> None:
        lost = photograph.origin.lost if photograph.origin else {}
        if pages and 'pages' in self.refuse:
            raise PhotographError(f'it has {len(pages)} pages, which --refuse '
                                  'leaves alone')
        for kind in self.refuse:
            if kind in lost:
                raise PhotographError('--refuse leaves it alone because of '
                                      f'{lost[kind]}')
        if self.refuse_loss:
            _refuse_loss(photograph)

    def _find_mask(
        self, item: Input, photograph: Photograph, pages: Optional[TiffPages]
    ) -> Tuple[Optional[np.ndarray], Optional[str]]:
        """The mask that was given for a photograph, and where it is."""
        mask = mask_path = None
        if self.infrared:
            mask = _mask_of_infrared(photograph, pages)
            if mask is not None:
                return mask, 'infrared'
            if self.needs_mask:
                raise DataNotFoundError(
                    'it has no infrared: expected a TIFF file with a fourth '
                    'channel, or with a second page of grey values of the '
                    'same size')
        if self.masks is not None:
            numbers: Sequence[Optional[int]] = (
                range(len(pages)) if pages else [None])
            mask_path = next(
                filter(None,
                       (self.masks.find(item, number) for number in numbers)),
                None)
            if mask_path is None and self.needs_mask:
                names = self.masks.names(item.relative, numbers[0])
                raise DataNotFoundError(f'no mask in {self.masks.path}: '
                                        f'expected {" or ".join(names[:2])}')
            if mask_path is not None and not pages:
                mask = self.masks.read(mask_path)
                check_size(mask, mask_path, photograph)
        return mask, mask_path


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

    def names(self, relative: str, page: Optional[int] = None) -> List[str]:
        """Names that the mask of a photograph, or of one of its pages, from 0
        on, may have, below the folder of masks; first choice first, and last
        those in the folder itself."""
        stem = os.path.splitext(relative)[0]
        found = [] if page is None else [f'{relative}_page{page + 1}_mask.png']
        found += [
            base + ending for base in (stem, relative)
            for ending in ('_mask.png', '.png')
        ]
        return list(dict.fromkeys(found + list(map(os.path.basename, found))))

    def find(self, item: Input, page: Optional[int] = None) -> Optional[str]:
        """Path of the mask of a photograph, or of one of its pages, which is
        never its own; None if there is none."""
        if not self._is_folder:
            return self.path
        itself = file_identity(item.path)
        paths = (
            os.path.join(self.path, name)
            for name in self.names(item.relative, page))
        return next(
            (path for path in paths
             if os.path.isfile(path) and file_identity(path) != itself), None)

    def read_for_page(self, item: Input, page: int,
                      photograph: Photograph) -> Optional[np.ndarray]:
        """The mask of a page, from 0 on, as of :func:`read_mask`; None if
        there is none, a DataMismatchError if it has another size."""
        path = self.find(item, page)
        if path is None:
            return None
        mask = self.read(path)
        check_size(mask, path, photograph)
        return mask


def read_mask(source: Union[str, bytes]) -> np.ndarray:
    """Read a mask from a picture of any kind, from its path or its whole
    content: 1 = corrupted, 0 = intact, ``(H,
    W)``, uint8, upright, read-only. Its brighter half is corrupted, where it
    is opaque; of a picture with values 0 and 1 only, 1 is. A DataMismatchError
    if it cannot be read."""
    try:
        white = read_white(source, binary=False)
    except PhotographError as error:
        raise DataMismatchError(f'the mask {error}') from error
    mask = (white > 0.5).view(np.uint8)
    mask.setflags(write=False)
    return mask


def why_not_looked_at(photograph: Photograph) -> Optional[str]:
    """Why a detector of damage has nothing to say of a photograph, in words;
    None if it has."""
    if photograph.origin and photograph.origin.two_levels:
        return 'it holds black and white only, as a fax or a line drawing does'
    return why_not_judged(as_eight_bits(photograph.pixels))


def _mask_of_infrared(photograph: Photograph,
                      pages: Optional[TiffPages]) -> Optional[np.ndarray]:
    infrared = infrared_channel(photograph)
    if pages and pages.has_infrared:
        infrared = pages.read(1).pixels[..., 0]
    if infrared is None:
        return None
    mask = infrared_mask(infrared)
    check_size(mask, 'of the infrared', photograph)
    return mask


def check_size(mask: np.ndarray, name: str, photograph: Photograph) -> None:
    """A DataMismatchError, with the name of the mask, if it has not the size
    of the photograph."""
    size = (photograph.height, photograph.width)
    if mask.shape != size:
        raise DataMismatchError(
            f'the mask {name} has {mask.shape[1]} x {mask.shape[0]} pixels, '
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
