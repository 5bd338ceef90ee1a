"""Regions of clean and damaged versions of photographs."""
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tqdm import tqdm

from ...apis.detection import look_at_every_scale
from ...apis.memory import MemoryPlan
from ...apis.regions import FEATURE_NAMES, find_regions
from ...datasets import mix_seed, seeded_rng
from ...errors import DataNotFoundError, PhotographError
from ...evaluation.functional import ALTERED_SHARE
from ...photographs.eight_bits import (failure_reason, read_image,
                                       warn_unreadable)
from .damage_sources import DamageSource

if TYPE_CHECKING:
    from ...apis.networks import Networks

CLEAN = 'clean'
MAX_PIXELS = 2**21  # that are looked at at once


class Samples(NamedTuple):
    """K pictures and the R regions that were found in them.

    Attributes:
        photograph (np.ndarray): Number of the photograph, ``(K,)``, int.
        source (np.ndarray): Name of the source of the damage, ``(K,)``, str;
            also of a clean picture, prepared as for this damage.
        pattern (np.ndarray): 'clean' or the pattern's name, ``(K,)``, str.
        ratio (np.ndarray): Damaged share of the pixels, ``(K,)``, float.
        picture (np.ndarray): Number of the picture that a region is of,
            ``(R,)``, int.
        features (np.ndarray): ``(R, F)``, float64, in the order of
            FEATURE_NAMES.
        is_damage (np.ndarray): Whether more than half of the region is
            damaged, ``(R,)``, bool.
    """

    photograph: np.ndarray
    source: np.ndarray
    pattern: np.ndarray
    ratio: np.ndarray
    picture: np.ndarray
    features: np.ndarray
    is_damage: np.ndarray

    @property
    def damaged(self) -> np.ndarray:
        """Which pictures are damaged, ``(K,)``, bool."""
        return self.ratio > 0

    def of_pictures(self, probability: np.ndarray) -> np.ndarray:
        """The probability that decides about each picture, ``(K,)``, from
        those of the regions, ``(R,)``.

        Of a damaged one that of its surest region of damage; others may not
        stand for it. Of a clean one that of the region with which, the surest
        first, more than ``ALTERED_SHARE`` of its pixels would be repaired. 0
        if there is none.
        """
        order = np.lexsort((-probability, self.picture))
        picture = self.picture[order]
        area = 10**self.features[order, FEATURE_NAMES.index('log_area')]
        before = np.cumsum(area) - area
        first = np.searchsorted(picture, picture)  # of the same picture
        altered = before + area - before[first] > ALTERED_SHARE
        counts = np.where(self.damaged[picture], self.is_damage[order],
                          altered)
        deciding = np.zeros(len(self.ratio))
        np.maximum.at(deciding, picture[counts], probability[order][counts])
        return deciding


def measure_photographs(loaded: 'Networks', paths: Sequence[str],
                        sources: Sequence[DamageSource], count: int,
                        seed: int) -> Samples:
    """Measure each photograph clean and in ``count`` damaged versions by each
    source, without those where the source drew nothing. What cannot be read is
    named in a warning and left out; ``seed`` is what the damage depends on,
    beside the photograph's number."""
    rows: list[tuple] = []
    regions: list[tuple] = []

    def measure(picture: np.ndarray, mask: np.ndarray, *facts: object) -> None:
        regions.extend(
            (len(rows), *region) for region in _measure(loaded, picture, mask))
        rows.append((number, *facts))

    for number, path in enumerate(tqdm(paths, 'photographs', disable=None)):
        try:
            photograph = read_image(path)
        except PhotographError as error:
            warn_unreadable(path, failure_reason(error, path))
            continue
        for place, source in enumerate(sources):
            clean = source.prepare(photograph)
            measure(clean, np.zeros(clean.shape[:2], bool), source.name, CLEAN,
                    0.)
            for version in range(count):
                with seeded_rng(mix_seed(seed, number, place, version)):
                    sample = source.damage(clean, path)
                if sample.mask.any():
                    measure(sample.img, sample.mask, source.name,
                            sample.pattern, float(sample.mask.mean()))
    if not rows:
        raise DataNotFoundError('none of the photographs can be read, the '
                                f'first is {paths[0]}')
    if not regions:
        raise DataNotFoundError('nothing is found in any picture, damaged or '
                                'not: there is nothing to fit')
    return Samples(*(np.array(column) for table in (rows, regions)
                     for column in zip(*table)))


def _measure(loaded: 'Networks', picture: np.ndarray,
             mask: np.ndarray) -> list[tuple]:
    """Features of the regions of a picture, seen as the inferencer sees it,
    and whether they are damage."""
    demand = loaded.demand
    plan = MemoryPlan(MAX_PIXELS, demand.divisor, demand.largest_tile)
    confidence, = look_at_every_scale(loaded, [picture], plan)
    labels, regions = find_regions(confidence)
    found = labels[confidence > 0.5]
    area = np.bincount(found, minlength=len(regions) + 1)
    damaged = np.bincount(
        found, mask[confidence > 0.5], minlength=len(regions) + 1)
    return [([region.features[name]
              for name in FEATURE_NAMES], 2 * damaged[number] > area[number])
            for number, region in enumerate(regions, 1)]
