"""From a checkpoint file, or its name, to a model that restores."""

from .checkpoint_contents import CheckpointContents, read_contents
from .inpaintors import load_inpaintor
from .loading_models import load_model
from .locating import cache_folder, find_checkpoint
from .publishing import to_published

__all__ = [
    'CheckpointContents', 'cache_folder', 'find_checkpoint', 'load_inpaintor',
    'load_model', 'read_contents', 'to_published'
]
