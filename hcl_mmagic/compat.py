"""The few repairs that MMagic 1.2 needs on today's stack.

Nothing else in the package changes code of another package. Every repair
looks first whether it is needed and does nothing where it is not.

- :func:`repair_ops_loading`: ``mmagic.models`` imports compiled mmcv
  operators that mmcv-lite does not have.
- :func:`repair_numpy_alias`: ``mmagic.utils`` uses ``numpy.bool8``, which
  numpy 2 removed.
- :func:`repair_weight_init`: ``generation_init_weights`` of MMagic fails when
  a runner initialises the model.
- :func:`repair_contextual_attention`: DeepFill of MMagic returns NaN where a
  mask leaves no patch of the picture intact.

Checkpoints that ``torch.load(weights_only=True)`` refuses are avoided when
they are written, see :mod:`hcl_mmagic.engine.hooks`.
"""
import functools
import importlib.util
import re
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Any, Callable, Dict, Sequence, Tuple

from hcl_mmagic.errors import IncompatibleStackError
from hcl_mmagic.import_hooks import after_import

SETUP_ADVICE = ('Run `bash tools/setup_env.sh` for a set of versions that '
                'works together')
# First version that works, first that does not.
SUPPORTED_VERSIONS = {
    'mmengine': ('0.10.0', '1.0.0'),
    'mmcv': ('2.0.0', '2.2.0'),
    'mmagic': ('1.2.0', '1.3.0'),
}
WEIGHT_INIT_MODULE = 'mmagic.models.utils.model_utils'
ATTENTION_MODULE = 'mmagic.models.editors.deepfillv1.contextual_attention'


def apply_repairs() -> None:
    """Apply every repair that the installed packages need, each as soon as
    the module is imported that it repairs."""
    repair_ops_loading()
    repair_numpy_alias()
    repair_weight_init()
    repair_contextual_attention()


# Repair 1: compiled operators


class MissingOps:
    """Stands in for mmcv's compiled extension where there is none.

    Any operator can be looked up, as mmcv does at import time; calling one
    raises an error that names it.

    Args:
        names (Sequence[str]): Names of the operators.
    """

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
    if importlib.util.find_spec('mmcv._ext') is not None:
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
    """Let MMagic's discriminators be initialised by a runner.

    It waits for ``mmagic.models``, which is slow to import.
    """
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
    """Hide mmengine's records of initial values during the initialisation.

    A runner leaves ``_params_init_info`` on every submodule. MMagic's
    function writes a line there even for a submodule it did not touch, from a
    variable that is unset then. mmengine's ``BaseModule.init_weights`` itself
    records afterwards what has changed, so nothing is lost.

    Args:
        init_weights (Callable): ``generation_init_weights`` of MMagic.

    Returns:
        Callable: The same, but blind to the records.
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
    """Let pictures without an intact patch attend to all patches.

    Args:
        mask_correlation_map (Callable): Method of MMagic's
            ``ContextualAttentionModule``: adds minus infinity to the
            correlations, ``(N, patches, H, W)``, with each patch that has a
            corrupted pixel.

    Returns:
        Callable: The same where a picture has an intact patch.
    """

    @functools.wraps(mask_correlation_map)
    def wrapper(self: Any, correlation_map: Any, mask: Any) -> Any:
        zeros = correlation_map.new_zeros(*correlation_map.shape[:2], 1, 1)
        added = mask_correlation_map(self, zeros, mask)
        hopeless = added.isneginf().all(dim=1, keepdim=True)
        return correlation_map + added.masked_fill(hopeless, 0)

    return wrapper


# Versions


def check_versions() -> None:
    """Check that the installed packages can work together.

    Raises:
        IncompatibleStackError: A package is missing, is of a version that is
            known not to work, or torch and torchvision are no pair. The
            message names the fix.
    """
    for name, (lowest, too_new) in SUPPORTED_VERSIONS.items():
        found = _installed_version(name)
        if not _numbers(lowest) <= _numbers(found) < _numbers(too_new):
            package = 'mmcv-lite' if name == 'mmcv' else name
            raise IncompatibleStackError(
                f'{name} {found} does not work here, expected {name} >= '
                f"{lowest}, < {too_new}. {SETUP_ADVICE}, or: pip install "
                f"'{package}>={lowest},<{too_new}'.")
    torch_version = _installed_version('torch')
    torchvision_version = _installed_version('torchvision')
    expected = _torchvision_for(torch_version)
    if _numbers(torchvision_version)[:2] != expected:
        raise IncompatibleStackError(
            f'torch {torch_version} and torchvision {torchvision_version} '
            f'are no pair: this torch needs torchvision {expected[0]}.'
            f'{expected[1]}. {SETUP_ADVICE}, or: pip install torch==2.11.0 '
            'torchvision==0.26.0.')


def _torchvision_for(torch_version: str) -> Tuple[int, int]:
    """Torchvision 0.(15 + N) belongs to torch 2.N."""
    return 0, 15 + _numbers(torch_version)[1]


def _installed_version(name: str) -> str:
    names = ('mmcv', 'mmcv-lite') if name == 'mmcv' else (name, )
    for candidate in names:
        try:
            return version(candidate)
        except PackageNotFoundError:
            continue
    raise IncompatibleStackError(f'{name} is not installed. {SETUP_ADVICE}.')


def _numbers(text: str) -> Tuple[int, ...]:
    """``'2.11.0+cpu'`` as ``(2, 11, 0)``."""
    return tuple(int(n) for n in re.findall(r'\d+', text.split('+')[0])[:3])
