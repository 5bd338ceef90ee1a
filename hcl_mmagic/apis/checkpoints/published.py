"""Weights that were published, by the names of a model index."""

import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Optional
from urllib.parse import unquote, urlsplit

import yaml  # type: ignore[import-untyped]

from hcl_mmagic.atomic_writing import write_new_file
from hcl_mmagic.errors import (CheckpointError, ConfigError, DataNotFoundError,
                               WeightsNotFoundError)
from .locating import (PACKAGED_FOLDER, PUBLISHED_FILE, cache_folder,
                       checked_sha256)

_INDEX = 'model-index.yml'
_SCHEMES = ('https', 'file')
_SHA256 = re.compile(r'[0-9a-f]{64}')
_PATIENCE = 30.  # seconds without a byte
_MOST_BYTES = 4 << 30


@dataclass(frozen=True)
class PublishedWeights:
    """One model of an index."""
    name: str
    address: str  # a URL; a path for what comes with the package
    sha256: str  # '' if the index does not say

    @property
    def file_name(self) -> str:
        """str: The name of its file, here as there."""
        return unquote(urlsplit(self.address).path).rpartition('/')[2]

    @property
    def is_packaged(self) -> bool:
        """bool: Whether it comes with the package."""
        return '://' not in self.address

    @property
    def path(self) -> Path:
        """Path: Where its file is, or would be."""
        folder = PACKAGED_FOLDER if self.is_packaged else cache_folder()
        return folder / self.file_name


def package_index() -> Path:
    """The model index of an installed package, or of a checkout."""
    package = PACKAGED_FOLDER.parent
    installed = package / '.mim' / _INDEX
    return installed if installed.is_file() else package.parent / _INDEX


def read_index(path: Path) -> List[PublishedWeights]:
    """The models of a model index of OpenMMLab, and of the files that it
    imports, which have weights. A DataNotFoundError if a file is not there, a
    ConfigError if it is no such index."""
    return list(_models_of(path))


def _models_of(path: Path) -> Iterator[PublishedWeights]:
    content = _load(path)
    try:
        for imported in content.get('Import') or ():
            yield from _models_of(path.parent / imported)
        for model in content.get('Models') or ():
            if model.get('Weights'):
                yield PublishedWeights(
                    str(model['Name']), str(model['Weights']),
                    str(model.get('SHA256') or '').lower())
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(
            f'{path} is no model index: expected Import with names of files, '
            f'or Models with Name, Weights and SHA256 ({error!r})') from error


def _load(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding='utf-8')) or {}
    except OSError as error:
        raise DataNotFoundError(
            f'the model index {path} cannot be read: {error.strerror}'
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f'{path} is no YAML: {error}') from error


def find_published(models: List[PublishedWeights],
                   name: str) -> PublishedWeights:
    """The model of a name; a WeightsNotFoundError that lists all names if it
    is not the name of one."""
    found = [model for model in models if model.name == name]
    if len(found) != 1:
        names = ', '.join(sorted({model.name for model in models})) or 'none'
        raise WeightsNotFoundError(
            f'the index has {len(found)} models {name}; its names: {names}')
    return found[0]


def download(model: PublishedWeights) -> Path:
    """Fetch the weights of a model into the cache folder, unless they are
    there; the path of the file.

    The file appears in one step, when its SHA-256 is that of the index, and
    never in the place of another one. A ConfigError if the index does not say
    enough, a CheckpointError if another file has the name or has come, a
    WeightsNotFoundError if nothing comes.
    """
    target = model.path
    if model.is_packaged:
        if not target.is_file():
            raise WeightsNotFoundError(
                f'{model.name} should come with the package, but {target} is '
                'not there: install the package once more')
        return target
    _check(model)
    if os.path.lexists(target):
        return _same(target, model)
    content = _fetch(model.address)
    came = hashlib.sha256(content).hexdigest()
    if came != model.sha256:
        raise CheckpointError(
            f'{model.address} is not what was published: expected the SHA-256 '
            f'{model.sha256}, got {came}. Nothing was kept; try again, or '
            'tell those who publish it')
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_new_file(target, content)
    except FileExistsError:  # somebody else was faster
        return _same(target, model)
    except OSError as error:
        raise CheckpointError(
            f'{target} cannot be written: {error.strerror}') from error
    return target


def _check(model: PublishedWeights) -> None:
    scheme = urlsplit(model.address).scheme
    if scheme not in _SCHEMES:
        raise ConfigError(f'{model.name}: expected an address that begins '
                          f'with https:// or file://, got {model.address}')
    if not _SHA256.fullmatch(model.sha256):
        raise ConfigError(
            f'{model.name}: the index must say the SHA256 of the weights, 64 '
            f'hexadecimal digits, got {model.sha256 or "none"}')
    name = PUBLISHED_FILE.fullmatch(model.file_name)
    if name is None or not model.sha256.startswith(name['digits']) or \
            name['name'] != model.name or os.sep in model.file_name:
        raise ConfigError(
            f'{model.name}: expected an address that ends with {model.name}-'
            f'{model.sha256[:8]} and .pth, got {model.address}')


def _same(target: Path, model: PublishedWeights) -> Path:
    if not target.is_file() or checked_sha256(target) != model.sha256:
        raise CheckpointError(f'{target} is there and is another file: move '
                              'it away')
    return target


def _fetch(address: str) -> bytes:
    reason: Optional[object]
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:
            content = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        reason = f'{error.code} {error.reason}'
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, 'reason', None) or error
    else:
        if len(content) <= _MOST_BYTES:
            return content
        reason = f'it has more than {_MOST_BYTES} bytes'
    raise WeightsNotFoundError(f'{address} cannot be downloaded: {reason}')
