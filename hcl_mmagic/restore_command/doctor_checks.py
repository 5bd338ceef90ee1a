"""What the doctor looks at. Whatever is broken, no check raises."""
import shlex
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from typing import Any, Callable, Dict, Iterator, List, Optional, Set, Tuple

from ..errors import HCLError, one_line
from ..process_resources import available_cores

_DISTRIBUTION = 'hcl-mmagic'
# Extras that are for people, and what they are for.
_EXTRAS = {
    'toolbox': 'training and checkpoints of PyTorch',
    'web': 'hcl-webui',
    'serve': 'hcl-serve',
    'formats': 'HEIC and JPEG XL files'
}
# Modules that break in ways which their versions do not tell.
_FRAGILE = {'cv2': 'opencv-python-headless', 'PIL': 'pillow', 'numpy': 'numpy'}
_TOOLBOX = ('torch', 'mmengine', 'mmagic')
_REINSTALL = 'install --force-reinstall --no-deps'
_SIDE = 96  # of the picture that is restored, in pixels


@dataclass(frozen=True)
class Finding:
    """What was looked at, what it is, and how to mend it; None if it is
    well."""
    what: str
    told: str
    fix: Optional[str] = None


def check_packages() -> Iterator[Finding]:
    """What the package needs, and its extras, as its metadata say."""
    try:
        needed = _requirements()
    except PackageNotFoundError:
        yield Finding(
            'packages', 'hcl_mmagic is not installed here, it is '
            'run from its folder', f'{_pip()} install -e .')
        return
    base = needed.pop('')
    wrong = [item for item in base if not _fits(item)]
    for item in wrong:
        yield Finding(
            item.name, f'{_installed(item)}, needed is {item.specifier}',
            f'{_pip()} install {shlex.quote(str(item).partition(";")[0])}')
    if not wrong:
        told = ', '.join(f'{item.name} {_version(item)}' for item in base)
        yield Finding('packages', told)
    shared = {item.name for item in base}
    for extra, items in needed.items():
        yield _judge_extra(extra, items, shared)


def _judge_extra(extra: str, items: List[Any], shared: Set[str]) -> Finding:
    """``shared`` packages are there anyway, in versions that need not fit an
    extra that is not."""
    install = f"{_pip()} install '{_DISTRIBUTION}[{extra}]'"
    what = f'extra {extra} ({_EXTRAS[extra]})'
    wrong = [item for item in items if not _fits(item)]
    if not wrong:
        return Finding(what, 'installed')
    is_there = all(map(_version, items))
    bad = [
        item for item in wrong
        if _version(item) and (is_there or item.name not in shared)
    ]
    if not bad:
        names = ', '.join(item.name for item in wrong)
        return Finding(what, f'not installed ({names}); to have it: {install}')
    told = '; '.join(f'{item.name} is {_installed(item)}, needed is '
                     f'{item.specifier}' for item in bad)  # yapf: disable
    return Finding(what, told, install)


def _requirements() -> Dict[str, List[Any]]:
    """Requirements that hold here, by extras, '' for what is always needed."""
    from packaging.requirements import Requirement
    found: Dict[str, List[Any]] = {'': []}
    for text in requires(_DISTRIBUTION) or ():
        item = Requirement(text)
        if item.marker is None or item.marker.evaluate({'extra': ''}):
            found[''].append(item)
            continue
        for extra in _EXTRAS:
            if item.marker.evaluate({'extra': extra}):
                found.setdefault(extra, []).append(item)
    return found


def _version(item: Any) -> Optional[str]:
    try:
        return version(item.name)
    except PackageNotFoundError:
        return None


def _installed(item: Any) -> str:
    return _version(item) or 'not installed'


def _fits(item: Any) -> bool:
    found = _version(item)
    return found is not None and item.specifier.contains(
        found, prereleases=True)


def check_stack() -> Iterator[Finding]:
    """Whether packages that are installed go together, and can be
    imported."""
    if all(map(find_spec, _TOOLBOX)):
        from ..compat.versions import check_versions
        try:
            check_versions()
        except HCLError as error:
            message, _, command = one_line(error).rpartition('or: ')
            yield Finding('toolbox', message or command, command.rstrip('.'))
    for module, package in _FRAGILE.items():
        try:
            import_module(module)
        except Exception as error:
            yield Finding(module, one_line(error),
                          f'{_pip()} {_REINSTALL} {package}')


def check_devices() -> Iterator[Finding]:
    """What can compute."""
    yield Finding('device cpu', f'{available_cores()} cores')
    for module, describe in (('onnxruntime', _onnx_devices), ('torch',
                                                              _torch_devices)):
        try:
            found = import_module(module)
        except ModuleNotFoundError:
            continue
        except Exception as error:
            yield Finding(module, one_line(error),
                          f'{_pip()} {_REINSTALL} {module}')
            continue
        yield Finding(f'devices of {module}', describe(found))


def _onnx_devices(onnxruntime: Any) -> str:
    return ', '.join(onnxruntime.get_available_providers())


def _torch_devices(torch: Any) -> str:
    names = [f'cuda:{number} ({torch.cuda.get_device_name(number)})'
             for number in range(torch.cuda.device_count())]  # yapf: disable
    if torch.backends.mps.is_available():
        names.append('mps')
    return ', '.join(['cpu', *names])


def check_weights() -> Iterator[Finding]:
    """Weights of the package and of the cache folder."""
    from ..apis.checkpoints.loading_models import preferred_endings
    from ..apis.checkpoints.locating import (PACKAGED_FOLDER, PUBLISHED_FILE,
                                             cache_folder, checked_sha256,
                                             find_checkpoint)
    try:
        path = find_checkpoint(endings=preferred_endings('auto', 'float32'))
        yield Finding('default weights', str(path))
    except HCLError as error:
        yield Finding('default weights', one_line(error), _again())
    for folder in (PACKAGED_FOLDER, cache_folder()):
        paths = folder.iterdir() if folder.is_dir() else ()
        for path in sorted(paths):
            if not PUBLISHED_FILE.fullmatch(path.name):
                continue
            try:
                yield Finding(
                    'weights', f'{path}, SHA-256 '
                    f'{checked_sha256(path)[:8]}...')
            except (HCLError, OSError) as error:
                is_packaged = folder == PACKAGED_FOLDER
                name = path.name.rpartition('-')[0]
                yield Finding(
                    'weights', one_line(error),
                    _again() if is_packaged else
                    f'remove {path}; hcl-restore weights download {name}')


def check_trial() -> Iterator[Finding]:
    """A restoration of a drawn picture."""
    start = time.perf_counter()
    try:
        import numpy as np

        from ..apis import HCLInferencer
        picture = np.full((_SIDE, _SIDE, 3), 128, np.uint8)
        mask = np.zeros((_SIDE, _SIDE), np.uint8)
        mask[40:50, 20:70] = 1
        inferencer = HCLInferencer()
        inferencer.restore(picture, mask=mask, mask_mode='add')
    except Exception as error:
        kind = '' if isinstance(error, HCLError) else type(error).__name__
        yield Finding('trial', f'{kind} {one_line(error)}'.strip(), _again())
    else:
        seconds = time.perf_counter() - start
        yield Finding(
            'trial', f'a drawn picture of {_SIDE} pixels was '
            f'restored, {seconds:.1f} s with loading')


def _pip() -> str:
    return f'{shlex.quote(sys.executable)} -m pip'


def _again() -> str:
    return f'{_pip()} {_REINSTALL} {_DISTRIBUTION}'


CHECKS: Tuple[Callable[[], Iterator[Finding]],
              ...] = (check_packages, check_stack, check_devices,
                      check_weights, check_trial)
