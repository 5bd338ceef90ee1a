"""Where the damage of the fit comes from."""
from typing import Any, NamedTuple, Optional

import numpy as np
from mmengine.dataset import Compose

from ...datasets.resizing import resize_to_short_side
from ...engine.options import load_config
from ...errors import ConfigError

# Transforms that make the clean photograph; what follows them damages it.
PREPARING = ('LoadImageFromFile', 'LoadRandomCrop', 'LoadResizedPhotograph',
             'LoadPairedPhotograph', 'Resize', 'Crop', 'Flip')
# The patterns of _base_/corruptions/ are made for photographs of this short
# side; they are drawn there and shrink with the photograph, as real damage
# does.
PATTERN_SHORT_SIDE = 256


class DamagedPhotograph(NamedTuple):
    """An uint8 RGB photograph ``(H, W, 3)``, which of its pixels are damaged,
    ``(H, W)``, bool, and the name of the damage."""

    img: np.ndarray
    mask: np.ndarray
    pattern: str


class DamageSource(NamedTuple):
    """Transforms from ``gt`` to ``img``, ``mask`` and ``corruption``, and the
    short side at which they draw; ``name`` is that of the option."""

    name: str
    transforms: Compose
    short_side: int

    def prepare(self, photograph: np.ndarray) -> np.ndarray:
        """The clean photograph, uint8 RGB, that is damaged. Against it the
        damaged ones have to be compared: a photograph that was resized in
        another way would be told by that."""
        return resize_to_short_side(photograph, self.short_side)

    def damage(self, prepared: np.ndarray, path: str) -> DamagedPhotograph:
        """Damage a prepared photograph with the random numbers as they come.
        """
        sample = self.transforms(
            dict(
                gt=prepared.copy(),
                gt_path=path,
                gt_channel_order='rgb',
                gt_color_type='color'))
        return DamagedPhotograph(sample['img'], sample['mask'][..., 0] > 0,
                                 sample['corruption'])


def _only_prepares(step: Any) -> bool:
    """Whether a transform, or every one of those to choose from, damages
    nothing."""
    if isinstance(step, (list, tuple)):
        return all(map(_only_prepares, step))
    choices = step.get('transforms', ())
    return step['type'] in PREPARING or bool(choices) and _only_prepares(
        choices)


def read_damage_sources(config: str, options: list[str], given: Optional[str],
                        split: str,
                        short_sides: list[int]) -> list[DamageSource]:
    """What damages the photographs of one split.

    The pipeline of the model's config is a source at each of the short sides,
    'config 256' and so on; ``corruption_train`` and ``corruption_val`` of the
    config file ``given``, as in ``configs/_base_/corruptions/``, are the
    source 'corruptions'.
    """
    sources: list[DamageSource] = []
    loader = load_config(config, options).get(f'{split}_dataloader') or {}
    transforms = [
        transform
        for transform in loader.get('dataset', {}).get('pipeline', ())
        if transform['type'] != 'PackInputs' and not _only_prepares(transform)
    ]
    if transforms:
        sources.extend(
            DamageSource(f'config {side}', Compose(transforms), side)
            for side in short_sides)
    if given is not None:
        transform = load_config(given, []).get(f'corruption_{split}')
        if transform is None:
            raise ConfigError(f'--corruptions {given} has no '
                              f'corruption_{split}')
        sources.append(
            DamageSource('corruptions', Compose([transform]),
                         PATTERN_SHORT_SIDE))
    if not sources:
        raise ConfigError(f'{split}_dataloader of {config} damages no '
                          'photographs: name what does with --corruptions, '
                          'such as configs/_base_/corruptions/mixed.py')
    return sources
