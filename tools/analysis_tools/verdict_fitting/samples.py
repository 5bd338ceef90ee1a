"""Features of clean and damaged versions of photographs."""
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from hcl_mmagic.apis.split_features import FEATURE_NAMES, measure_split
from hcl_mmagic.datasets import mix_seed, seeded_rng
from hcl_mmagic.datasets.image_files import read_image, resize_to_short_side
from hcl_mmagic.models.padding import Padding
from .damage import DamagedPhotograph, DamageSource

if TYPE_CHECKING:
    from hcl_mmagic.apis.checkpoints import LoadedModel

CLEAN = 'clean'


class Samples(NamedTuple):
    """What was measured, one row per sample.

    Attributes:
        features (np.ndarray): ``(K, F)``, float64, in the order of
            FEATURE_NAMES.
        photograph (np.ndarray): Number of the photograph, ``(K,)``, int.
        source (np.ndarray): 'clean' or the name of the source of the damage,
            ``(K,)``, str.
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
        """np.ndarray: Which samples are damaged, ``(K,)``, bool."""
        return self.source != CLEAN

    def take(self, rows: np.ndarray) -> 'Samples':
        """Some of the samples.

        Args:
            rows (np.ndarray): ``(K,)``, bool.

        Returns:
            Samples: Those.
        """
        return Samples(*(column[rows] for column in self))


def measure_photographs(loaded: 'LoadedModel', paths: Sequence[str],
                        sources: Sequence[DamageSource], count: int,
                        seed: int) -> Samples:
    """Measure each photograph clean and with several kinds of damage.

    Args:
        loaded (LoadedModel): The model.
        paths (Sequence[str]): Clean photographs.
        sources (Sequence[DamageSource]): What damages them.
        count (int): Damaged versions of a photograph by each source.
        seed (int): What the damage depends on, beside the photograph's
            number.

    Returns:
        Samples: One clean and ``count * len(sources)`` damaged ones of each
        photograph.
    """
    side = loaded.short_side
    rows = []
    for number, path in enumerate(tqdm(paths, 'photographs', disable=None)):
        photograph = read_image(path)
        clean = resize_to_short_side(photograph, side)
        rows.append((_measure(loaded, clean), number, CLEAN, CLEAN, 0.))
        for place, source in enumerate(sources):
            for version in range(count):
                with seeded_rng(mix_seed(seed, number, place, version)):
                    sample = source.damage(photograph, path, side)
                if sample.ratio > 0:
                    rows.append(_row(loaded, sample, number, source.name))
    return Samples(*(np.array(column) for column in zip(*rows)))


def _row(loaded: 'LoadedModel', sample: DamagedPhotograph, number: int,
         source: str) -> tuple:
    return (_measure(loaded,
                     sample.img), number, source, sample.pattern, sample.ratio)


@torch.inference_mode()
def _measure(loaded: 'LoadedModel', pixels: np.ndarray) -> list[float]:
    """Features of one photograph at the model's scale."""
    model = loaded.model
    image = torch.tensor(pixels, device=loaded.device).permute(2, 0, 1)[None]
    image = image.float() / 127.5 - 1
    padding = Padding.to_multiple(image, model.size_divisor)
    features = model.encoder(padding.pad(image))
    hierarchy, _ = model.detector(features, inside=padding.inside(features))
    orientation = getattr(model.detector, 'orientation', None)
    measured, = measure_split(image, padding, features, hierarchy, orientation)
    return [measured[name] for name in FEATURE_NAMES]
