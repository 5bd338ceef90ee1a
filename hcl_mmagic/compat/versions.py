"""Which versions of the installed packages can work together."""
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Tuple

from hcl_mmagic.errors import IncompatibleStackError

SETUP_ADVICE = ('Run `bash tools/setup_env.sh`, or pip install '
                '"hcl-mmagic[toolbox]", for versions that work together')
# First version that works, first that does not.
SUPPORTED_VERSIONS = {
    'mmengine': ('0.10.0', '1.0.0'),
    'mmcv': ('2.0.0', '2.2.0'),
    'mmagic': ('1.2.0', '1.3.0'),
}


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
