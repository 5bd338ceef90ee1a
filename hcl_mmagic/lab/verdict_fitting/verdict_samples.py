"""Features of clean and damaged versions of photographs."""
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tqdm import tqdm

from ...apis.detection import look_first
from ...apis.split_features import FEATURE_NAMES
from ...datasets import mix_seed, seeded_rng
from ...errors import DataNotFoundError, PhotographError
from ...photographs.eight_bits import (failure_reason, read_image,
                                       warn_unreadable)
from .damage_sources import DamageSource

if TYPE_CHECKING:
    from ...apis.networks import Networks

CLEAN = 'clean'
MAX_PIXELS = 2**24  # at the model's scale: any photograph


class Samples(NamedTuple):
    """What was measured, one row per sample.

    Attributes:
        features (np.ndarray): ``(K, F)``, float64, in the order of
            FEATURE_NAMES.
        photograph (np.ndarray): Number of the photograph, ``(K,)``, int.
        source (np.ndarray): Name of the source of the damage, ``(K,)``, str;
            also of a clean sample, prepared as for this damage.
        pattern (np.ndarray): 'clean' or the pattern's name, ``(K,)``, str.
        ratio (np.ndarray): Damaged share of the pixels, ``(K,)``, float.
    """

    features: np.ndarray
    photograph: np.ndarray
    source: np.ndarray
    pattern: np.ndarray
    ratio: np.ndarray

    @property
    def damaged(self) -> np.ndarray:
        """Which samples are damaged, ``(K,)``, bool."""
        return self.ratio > 0


def measure_photographs(loaded: 'Networks', paths: Sequence[str],
                        sources: Sequence[DamageSource], count: int,
                        seed: int) -> Samples:
    """Measure each photograph clean and in ``count`` damaged versions by each
    source, without those where the source drew nothing. What cannot be read is
    named in a warning and left out; ``seed`` is what the damage depends on,
    beside the photograph's number."""
    rows: list[tuple] = []
    for number, path in enumerate(tqdm(paths, 'photographs', disable=None)):
        try:
            photograph = read_image(path)
        except PhotographError as error:
            warn_unreadable(path, failure_reason(error, path))
            continue
        for place, source in enumerate(sources):
            clean = source.prepare(photograph)
            rows.append((_measure(loaded,
                                  clean), number, source.name, CLEAN, 0.))
            for version in range(count):
                with seeded_rng(mix_seed(seed, number, place, version)):
                    sample = source.damage(clean, path)
                if sample.ratio > 0:
                    rows.append((_measure(loaded, sample.img), number,
                                 source.name, sample.pattern, sample.ratio))
    if not rows:
        raise DataNotFoundError('none of the photographs can be read, the '
                                f'first is {paths[0]}')
    return Samples(*(np.array(column) for column in zip(*rows)))


def _measure(loaded: 'Networks', photograph: np.ndarray) -> list[float]:
    """Features of a photograph, seen as the inferencer sees it."""
    look, = look_first(loaded, [photograph], MAX_PIXELS)
    measured = look.measure()
    return [measured[name] for name in FEATURE_NAMES]
