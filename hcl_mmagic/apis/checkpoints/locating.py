"""Finding a checkpoint by its name, and telling whether it is whole."""

import hashlib
import os
import re
from pathlib import Path
from typing import Optional, Sequence

import hcl_mmagic
from hcl_mmagic.errors import CheckpointError, WeightsNotFoundError

# Taken where nobody asks for another model.
DEFAULT_NAME = 'hcl_small'
# The weights that come with the package.
PACKAGED_FOLDER = Path(hcl_mmagic.__file__).parent / 'model_zoo'
# SHA-256 of the files that this project has published.
KNOWN_HASHES = {
    'hcl_small-f94029db.pth':
    'f94029db6ea5b9a8eeeefba19dce67a97fd5686495ce6150f1e528a6068c6c85',
    'hcl_small-72224d53.onnx':
    '72224d537a7476c9ba04b40bee8caf95631fb77355681bed6c58c518db1a6b46',
}
# <name>-<first 8 digits of the SHA-256>.pth, as in OpenMMLab's model zoos, or
# the same for ONNX Runtime.
PUBLISHED_FILE = re.compile(
    r'(?P<name>.+)-(?P<digits>[0-9a-f]{8})(?P<ending>\.pth|\.onnx)')
FOR_TORCH = ('.pth', )
ADVICE = 'install the package once more, or name a checkpoint file'
_CHUNK_SIZE = 1 << 20  # bytes


def cache_folder() -> Path:
    """The folder of published checkpoints: ``$HCL_MMAGIC_HOME``, else
    ``$XDG_CACHE_HOME/hcl_mmagic``, else ``~/.cache/hcl_mmagic``."""
    home = os.environ.get('HCL_MMAGIC_HOME')
    if home:
        return Path(home).expanduser()
    cache = os.environ.get('XDG_CACHE_HOME') or '~/.cache'
    return Path(cache).expanduser() / 'hcl_mmagic'


def find_checkpoint(checkpoint: Optional[str] = None,
                    endings: Sequence[str] = FOR_TORCH) -> Path:
    """Find the file that a user means. Nothing is downloaded.

    That is a file; or the name of a model, or of a file, in the cache folder,
    else in the package; None takes ``hcl_small``. Of the files of a model that
    are in one folder the first of the endings counts, '.pth' or '.onnx'. A
    WeightsNotFoundError if there is none, or several have that name.
    """
    if checkpoint is None:
        checkpoint = DEFAULT_NAME
    elif os.path.isfile(path := Path(checkpoint).expanduser()):
        return path
    folders = (cache_folder(), PACKAGED_FOLDER)
    if Path(checkpoint).name == checkpoint:
        for folder in folders:
            if os.path.isfile(folder / checkpoint):
                return folder / checkpoint
            for ending in endings:
                found = _find_by_name(folder, checkpoint, ending)
                if found is not None:
                    return found
    raise WeightsNotFoundError(
        f'there is no checkpoint {checkpoint}, neither as a file nor as a '
        f'name in {" or ".join(map(str, folders))}: {ADVICE}')


def checked_sha256(path: Path) -> str:
    """SHA-256 of a checkpoint. The name of a published one ends with its first
    digits: a CheckpointError if they are others."""
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while chunk := file.read(_CHUNK_SIZE):
            digest.update(chunk)
    sha256 = digest.hexdigest()
    published = PUBLISHED_FILE.fullmatch(path.name)
    if published is not None:
        expected = KNOWN_HASHES.get(path.name, published['digits'])
        if not sha256.startswith(expected):
            raise CheckpointError(
                f'{path} is damaged or another file: expected the SHA-256 '
                f'{expected}, got {sha256[:len(expected)]}. Copy it once '
                'more, or rename it if the digits in its name are no hash')
    return sha256


def _find_by_name(folder: Path, name: str, ending: str) -> Optional[Path]:
    """The published file of a model in a folder."""
    found = sorted(
        path for path in folder.glob(f'*{ending}')
        if (match := PUBLISHED_FILE.fullmatch(path.name)) is not None
        and match['name'] == name)
    if len(found) > 1:
        raise WeightsNotFoundError(
            f'{folder} has several models {name}: choose one of '
            f'{", ".join(path.name for path in found)}')
    return found[0] if found else None
