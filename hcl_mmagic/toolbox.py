"""Whether PyTorch and the toolbox are here, which only some things need."""
from functools import lru_cache
from importlib.util import find_spec

from .errors import IncompatibleStackError

# What the networks of a checkpoint are built with.
PARTS = ('torch', 'mmengine', 'mmagic')
ADVICE = 'pip install "hcl-mmagic[toolbox]"'


@lru_cache(None)
def has_toolbox() -> bool:
    """Whether the packages of the extra ``toolbox`` are installed; imports
    none of them."""
    return all(find_spec(name) is not None for name in PARTS)


def need_toolbox(what: str) -> None:
    """Refuse, by an IncompatibleStackError, what does not work without the
    toolbox: ``what`` is the subject of a sentence."""
    if not has_toolbox():
        raise IncompatibleStackError(
            f'{what} needs PyTorch and MMagic, which are not installed: '
            f'{ADVICE}')
