"""From a checkpoint file, or its name, to a model that restores.

What needs PyTorch is imported when it is used.
"""
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .inpaintors import load_inpaintor
from .loading_models import load_model
from .locating import cache_folder, find_checkpoint

if TYPE_CHECKING:
    from .checkpoint_contents import CheckpointContents, read_contents
    from .publishing import to_published

__all__ = [
    'CheckpointContents', 'cache_folder', 'find_checkpoint', 'load_inpaintor',
    'load_model', 'read_contents', 'to_published'
]
_OF_TORCH = dict(
    CheckpointContents='checkpoint_contents',
    read_contents='checkpoint_contents',
    to_published='publishing')


def __getattr__(name: str) -> Any:
    if name in _OF_TORCH:
        return getattr(import_module(f'{__name__}.{_OF_TORCH[name]}'), name)
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
