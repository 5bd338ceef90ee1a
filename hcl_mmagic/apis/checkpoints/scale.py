"""The scale at which a model has seen its training photographs."""

from typing import Any, Dict, Iterator, NamedTuple, Optional, Sequence

# Of most recipes, for configs that do not tell.
DEFAULT_SIZE = 256


class Scale(NamedTuple):
    """Sizes in pixels."""
    short_side: int  # of the resized photographs
    crop_size: int  # shorter side of what the model saw of them


def read_scale(cfg: Dict[str, Any]) -> Scale:
    """Read the scale from a complete config.

    That is its ``inference_scale``, a dict with both sizes, if it has one: a
    training may show photographs at many scales. Else the training pipeline
    tells. Where photographs are cropped without being resized, the crop stands
    for both sizes; where they are resized only, so does the short side; where
    there is neither, 256 pixels do.
    """
    stated = cfg.get('inference_scale')
    if stated is not None:
        return Scale(**stated)
    short_side = crop_size = None
    for transform in _pipeline(cfg.get('train_dataloader')):
        kind = transform.get('type')
        if kind in ('LoadResizedPhotograph', 'LoadPairedPhotograph'):
            short_side = transform.get('short_side') or short_side
        elif kind == 'Resize':
            short_side = _smallest(transform.get('scale')) or short_side
        elif kind in ('Crop', 'FixedCrop'):
            crop_size = _smallest(transform.get('crop_size')) or crop_size
    crop_size = crop_size or short_side or DEFAULT_SIZE
    return Scale(short_side or crop_size, crop_size)


def _pipeline(loader: Any) -> Iterator[Dict[str, Any]]:
    """Every transform of a data loader in its order, whatever wraps it."""
    if isinstance(loader, dict):
        if isinstance(loader.get('type'), str):
            yield loader
        for value in loader.values():
            yield from _pipeline(value)
    elif isinstance(loader, (list, tuple)):
        for item in loader:
            yield from _pipeline(item)


def _smallest(size: Any) -> Optional[int]:
    """The shorter side as transforms take it, where -1 leaves a side free."""
    sides: Sequence[Any] = size if isinstance(size, (list, tuple)) else ()
    return min((side for side in sides if isinstance(side, int) and side > 0),
               default=None)
