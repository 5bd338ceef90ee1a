"""What MMagic 1.2 and mmcv need on today's stack."""
import functools
import sys
import warnings
from types import ModuleType
from typing import Any, Callable, Dict, Sequence

from hcl_mmagic.import_hooks import after_import

WEIGHT_INIT_MODULE = 'mmagic.models.utils.model_utils'
ATTENTION_MODULE = 'mmagic.models.editors.deepfillv1.contextual_attention'

# Repair 1: compiled operators


class MissingOps:
    """Stands in for mmcv's compiled extension where there is none. Any
    operator can be looked up, as mmcv does at import time; calling one raises
    an error that names it."""

    def __init__(self, names: Sequence[str]) -> None:
        for name in names:
            setattr(self, name, functools.partial(self._fail, name))

    @staticmethod
    def _fail(name: str, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            f"The operator '{name}' needs mmcv with compiled operators, but "
            'mmcv-lite has none. Build the full package instead: pip '
            'uninstall mmcv-lite, then MMCV_WITH_OPS=1 pip install '
            "mmcv==2.1.0 --no-build-isolation (needs 'setuptools<70' and a "
            'compiler).')


def repair_ops_loading() -> None:
    """Let ``mmcv.ops`` be imported without compiled operators."""
    after_import('mmcv.utils.ext_loader', _replace_ops_loading)


def _replace_ops_loading(ext_loader: ModuleType) -> None:
    from importlib.util import find_spec
    if find_spec('mmcv._ext') is not None:
        return

    def load_ext(name: str, funcs: Sequence[str]) -> MissingOps:
        return MissingOps(funcs)

    ext_loader.load_ext = load_ext  # type: ignore


# Repair 2: numpy 2


def repair_numpy_alias() -> None:
    """Give ``numpy.bool8`` back where numpy removed it."""
    after_import('numpy', _restore_alias)


def _restore_alias(numpy: ModuleType) -> None:
    with warnings.catch_warnings():
        # numpy 1.24 to 1.26 warn when the name is looked up.
        warnings.simplefilter('ignore', DeprecationWarning)
        if not hasattr(numpy, 'bool8'):
            setattr(numpy, 'bool8', numpy.bool_)


# MMagic bug a: weight initialisation through the runner


def repair_weight_init() -> None:
    """Let MMagic's discriminators be initialised by a runner, as soon as
    ``mmagic.models``, which is slow to import, is there."""
    after_import(WEIGHT_INIT_MODULE, _patch_weight_init)


def _patch_weight_init(module: ModuleType) -> None:
    """Replace ``generation_init_weights`` wherever it has been imported."""
    original = module.generation_init_weights
    if not _fails_under_runner(original):
        return
    fixed = without_init_records(original)
    for name, importer in list(sys.modules.items()):
        if name.startswith('mmagic.') and vars(importer).get(
                'generation_init_weights') is original:
            importer.generation_init_weights = fixed  # type: ignore
    # During its own import the module may not be listed yet.
    module.generation_init_weights = fixed  # type: ignore


def _fails_under_runner(init_weights: Callable) -> bool:
    """Whether the function breaks on a module that has no weights."""
    from torch import nn
    probe = nn.Identity()
    setattr(probe, '_params_init_info', {})
    try:
        init_weights(probe)
    except UnboundLocalError:
        return True
    return False


def without_init_records(init_weights: Callable) -> Callable:
    """Hide mmengine's records of initial values from
    ``generation_init_weights`` of MMagic.

    A runner leaves ``_params_init_info`` on every submodule. MMagic's function
    writes a line there even for a submodule it did not touch, from a variable
    that is unset then. mmengine's ``BaseModule.init_weights`` itself records
    afterwards what has changed, so nothing is lost.
    """

    @functools.wraps(init_weights)
    def wrapper(module: Any, *args: Any, **kwargs: Any) -> None:
        records: Dict[Any, Any] = {
            submodule: vars(submodule).pop('_params_init_info')
            for submodule in module.modules()
            if '_params_init_info' in vars(submodule)
        }
        try:
            init_weights(module, *args, **kwargs)
        finally:
            for submodule, record in records.items():
                submodule._params_init_info = record

    return wrapper


# Attention with nothing to attend to


def repair_contextual_attention() -> None:
    """Keep DeepFill's repairs finite under any mask.

    Its attention looks at patches without a corrupted pixel alone. Drawn holes
    leave some, but the scattered pixels of a detected mask may leave none.
    """
    after_import(ATTENTION_MODULE, _patch_contextual_attention)


def _patch_contextual_attention(module: ModuleType) -> None:
    attention = getattr(module, 'ContextualAttentionModule')
    attention.mask_correlation_map = with_something_to_see(
        attention.mask_correlation_map)


def with_something_to_see(mask_correlation_map: Callable) -> Callable:
    """Let pictures without an intact patch attend to all patches, for
    ``mask_correlation_map`` of MMagic's ``ContextualAttentionModule``: it adds
    minus infinity to the correlations, ``(N, patches, H, W)``, with each patch
    that has a corrupted pixel."""

    @functools.wraps(mask_correlation_map)
    def wrapper(self: Any, correlation_map: Any, mask: Any) -> Any:
        zeros = correlation_map.new_zeros(*correlation_map.shape[:2], 1, 1)
        added = mask_correlation_map(self, zeros, mask)
        hopeless = added.isneginf().all(dim=1, keepdim=True)
        return correlation_map + added.masked_fill(hopeless, 0)

    return wrapper
