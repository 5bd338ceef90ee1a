"""What is measured of each photograph, pair and mask."""
import hashlib
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Optional

import numpy as np
from PIL import Image
from tqdm import tqdm

from ...datasets.paired_photograph_dataset import find_size_mismatch
from ...datasets.photograph_dataset import Flaw
from ...datasets.transforms import LoadPairedPhotograph
from ...datasets.transforms.loading import find_difference
from ...errors import PhotographError
from ...photographs.eight_bits import (find_damage, read_image,
                                       read_orientation, read_white,
                                       upright_size)
from ..worker_processes import work_in_processes

# Files that one worker inspects before it hands in what it found.
_BATCH_SIZE = 4


class FileFacts(NamedTuple):
    """The head of an image file: its format, what is special ('grey', 'CMYK',
    'alpha', '16 bit', 'turned'), upright height and width."""

    kind: str
    traits: tuple[str, ...]
    size: tuple[int, int]


class MaskFacts(NamedTuple):
    """A mask and what speaks for or against its polarity.

    Attributes:
        ratio (float): Share of corrupted pixels.
        grey (bool): Whether the file holds more than black and white.
        border (float): Share of corrupted pixels on the border.
        differing_inside (float, optional): Share of the corrupted pixels in
            which damaged and clean photograph differ; None without such
            pixels or without a mask file.
        differing_outside (float, optional): The same of the intact pixels.
    """

    ratio: float
    grey: bool
    border: float
    differing_inside: Optional[float] = None
    differing_outside: Optional[float] = None


class PhotographFacts(NamedTuple):
    """All about a photograph or a pair: ``gt_path``, maybe ``img_path`` and
    ``mask_path``, the facts by these keys, why training skips it, a digest
    that is the same for the same pixels, and the mask of a pair."""

    paths: dict
    files: dict[str, FileFacts] = {}
    flaw: Optional[Flaw] = None
    digest: str = ''
    mask: Optional[MaskFacts] = None


def inspect_all(photographs: list[dict], loader: dict,
                workers: int) -> list[PhotographFacts]:
    """Read all files once, in ``workers`` processes (0 = this one)."""
    arguments = {key: loader[key] for key in loader if key != 'type'}
    return _map(
        partial(inspect, loader=LoadPairedPhotograph(**arguments)),
        photographs, workers, 'photographs')


def inspect_masks(paths: list[str], inverted: bool,
                  workers: int) -> list[Optional[MaskFacts]]:
    """Measure mask files that belong to no photograph, None for an unreadable
    one; ``inverted`` takes black for corrupted."""
    return _map(
        partial(_inspect_mask_file, inverted=inverted), paths, workers,
        'masks')


def _map(function: Callable, items: list, workers: int, label: str) -> list:
    if not items:
        return []
    bar = tqdm(total=len(items), desc=label, unit='')
    found = work_in_processes(function, items, workers, _BATCH_SIZE)
    results = []
    with bar, found as batches:
        for batch in batches:
            results += batch
            bar.update(len(batch))
    return results


def inspect(paths: dict, loader: LoadPairedPhotograph) -> PhotographFacts:
    """Read the files of one photograph or pair as training does."""
    try:
        files = {key: _read_head(path) for key, path in paths.items()}
        if 'img_path' not in paths:
            gt = read_image(paths['gt_path'])
            return PhotographFacts(paths, files, digest=_digest(gt))
        flaw = find_size_mismatch(paths)
        if flaw is not None:
            return PhotographFacts(paths, files, flaw)
        pair = loader(dict(paths))
        mask = _inspect_pair(pair, loader)
        return PhotographFacts(
            paths, files, digest=_digest(pair['gt']), mask=mask)
    except (OSError, ValueError, SyntaxError) as error:
        flaw = _find_unreadable(paths) or Flaw(paths['gt_path'], str(error))
        return PhotographFacts(paths, flaw=flaw)


def _find_unreadable(paths: dict) -> Optional[Flaw]:
    for path in paths.values():
        damage = find_damage(path, decode=True)
        if damage is not None:
            return Flaw(path, damage)
    return None


def _read_head(path: str) -> FileFacts:
    with Image.open(path) as image:
        grey = image.mode in ('1', 'L', 'LA', 'F') or image.mode[0] == 'I'
        traits = {
            'grey': grey,
            'CMYK': image.mode == 'CMYK',
            'alpha': image.has_transparency_data,
            # how the values are stored; the mode may tell of 8 bits
            '16 bit': any(';16' in str(tile[3]) for tile in image.tile),
            'turned': read_orientation(image) != 1,
        }
        present = tuple(name for name, there in traits.items() if there)
        return FileFacts(image.format or '?', present, upright_size(image))


def _digest(image: np.ndarray) -> str:
    return hashlib.blake2b(image.tobytes(), digest_size=16).hexdigest()


def _inspect_pair(pair: dict, loader: LoadPairedPhotograph) -> MaskFacts:
    mask = pair['mask'][..., 0] > 0
    if 'mask_path' not in pair:
        return _measure_mask(mask, grey=False)
    differs = find_difference(pair['img'], pair['gt'],
                              loader.difference_threshold)
    return _measure_mask(mask, _is_grey(read_white(pair['mask_path'], False)),
                         differs)


def _inspect_mask_file(path: str, inverted: bool) -> Optional[MaskFacts]:
    try:
        white = read_white(path, binary=False)
    except PhotographError:
        return None
    return _measure_mask((white > 0.5) != inverted, _is_grey(white))


def _is_grey(white: np.ndarray) -> bool:
    return bool(((white > 0) & (white < 1)).any())


def _measure_mask(mask: np.ndarray,
                  grey: bool,
                  differs: Optional[np.ndarray] = None) -> MaskFacts:
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    inside, outside = ((None, None) if differs is None else
                       (_share(differs[mask]), _share(differs[~mask])))
    return MaskFacts(
        float(mask.mean()), grey, float(border.mean()), inside, outside)


def _share(values: np.ndarray) -> Optional[float]:
    return float(values.mean()) if values.size else None
