"""Which photographs a path, folder, pattern or list means; imports nothing
heavy."""
import glob
import os
import re
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path
from typing import (TYPE_CHECKING, Dict, Iterator, List, Optional, Sequence,
                    Tuple, Union)

from ..errors import DataNotFoundError
from .kinds import START_BYTES, format_of_content

if TYPE_CHECKING:
    from .path_list import PathList

# What a folder is searched for. HEIC and its like may not be readable, but are
# listed so that the report names them instead of passing over them.
PHOTOGRAPH_ENDINGS = ('.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.apng',
                      '.webp', '.tif', '.tiff', '.bmp', '.dib', '.gif', '.ppm',
                      '.pgm', '.pbm', '.pnm', '.jp2', '.avif', '.heic',
                      '.heif', '.jxl', '.mpo', '.tga', '.pjpeg')
# What training and scoring look for.
IMAGE_EXTENSIONS = ('.jpg', '.jpeg', '.png', '.bmp', '.ppm', '.tif', '.tiff',
                    '.webp')
DATA_HELP = ('see "Training on Places" in README.md, for pictures of your own '
             'docs/own_pictures.md')
_LISTED_NAME = re.compile(
    r'(.+?(?:' + '|'.join(map(re.escape, IMAGE_EXTENSIONS)) + r'))(?:\s.*)?$',
    re.IGNORECASE)


@dataclass(frozen=True)
class Input:
    """One photograph that was asked for: where it is, where its result belongs
    below OUT, and why it cannot be restored, where that is known already."""
    path: str
    relative: str
    problem: Optional[str] = None


def find_inputs(given: Sequence[str],
                recursive: bool = False,
                left_out: Sequence[str] = (),
                passed_over: Optional[Counter[str]] = None) -> List[Input]:
    """List photographs of files, folders and patterns, each one once.

    A file keeps its name, those of a folder their path below the folder, and
    those of a pattern their path below the part before the first wildcard. If
    several folders are given, the names of the folders are kept, too. What
    exists is never taken for a pattern. Folders that are ``left_out``, as
    results are written to them, are not searched. The order is the given one,
    that of a folder sorted. What does not exist, and folders that cannot be
    listed, have a problem. In a folder the suffix decides what is a
    photograph, and where there is none the first bytes of the file; suffixes
    of all other files, lower case, are counted in ``passed_over``.
    """
    others = Counter[str]() if passed_over is None else passed_over
    keep_names = sum(map(os.path.isdir, given)) > 1
    found: Dict[str, Input] = {}
    for text in given:
        for path, root in _expand(text, keep_names):
            if os.path.isdir(path):
                inputs = _search(path, root, recursive, left_out, others)
            elif os.path.lexists(path):
                inputs = [Input(path, os.path.relpath(path, root))]
            else:
                inputs = [
                    Input(path, os.path.basename(path),
                          'there is no such file or folder')
                ]
            for item in inputs:
                found.setdefault(os.path.abspath(item.path), item)
    return list(found.values())


def _expand(text: str, keep_names: bool) -> Iterator[Tuple[str, str]]:
    """Paths, each with the folder that it is relative to."""
    if os.path.lexists(text) or not glob.has_magic(text):
        is_root = os.path.isdir(text) and not keep_names
        yield text, text if is_root else os.path.dirname(os.path.abspath(text))
        return
    root = text
    while glob.has_magic(root):
        root = os.path.dirname(root)
    matches = sorted(glob.glob(text, recursive=True))
    for path in matches or [text]:
        yield path, root or os.curdir


def _search(folder: str,
            root: str,
            recursive: bool,
            left_out: Sequence[str],
            passed_over: Counter[str],
            endings: Tuple[str, ...] = PHOTOGRAPH_ENDINGS) -> List[Input]:
    """Photographs in a folder, sorted by path.

    Links to folders wait until all real folders have been searched, so that
    each folder is searched once, under its own name, and loops end.
    """
    inputs = []
    searched = {file_identity(path) for path in left_out}
    searched.discard(file_identity(folder))
    folders, links = deque([folder]), deque[str]()
    while folders or links:
        current = folders.popleft() if folders else links.popleft()
        identity = file_identity(current)
        if identity in searched and identity is not None:
            continue
        searched.add(identity)
        try:
            entries = [entry for entry in os.scandir(current)
                       if not entry.name.startswith('.')]  # yapf: disable
        except OSError as error:
            inputs.append(
                Input(current, os.path.relpath(current, root),
                      f'cannot list the folder: {error.strerror}'))
            continue
        for entry in entries:
            if _is_folder(entry):
                if recursive:
                    (links if entry.is_symlink() else folders).append(
                        entry.path)
            elif _is_photograph(entry.path, endings):
                inputs.append(
                    Input(entry.path, os.path.relpath(entry.path, root)))
            else:
                passed_over[os.path.splitext(entry.name)[1].lower()] += 1
    return sorted(inputs, key=lambda item: item.relative.split(os.sep))


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


def _is_photograph(path: str, endings: Tuple[str, ...]) -> bool:
    if path.lower().endswith(endings):
        return True
    # Training takes what it knows by name; so do pipes and devices.
    if os.path.splitext(path)[1] or endings is not PHOTOGRAPH_ENDINGS or \
            not os.path.isfile(path):
        return False
    try:
        with open(path, 'rb') as file:
            return format_of_content(file.read(START_BYTES)) is not None
    except OSError:
        return False


def file_identity(path: str) -> Optional[Tuple[int, int]]:
    """What is the same for all names of one file or folder: its device and
    number; None if there is no such file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def find_images(folders: Union[str, Sequence[str]],
                list_file: str = '') -> 'PathList':
    """List the images of one folder or several and of all folders below,
    sorted within each; what is hidden is left out.

    A folder that does not exist may be a list instead: ``ROOT/train`` is then
    what ``ROOT/annotations/train.txt`` names, relative to ``ROOT``. Such lists
    are written by ``tools/dataset_converters``. With a ``list_file`` its
    images, in its order, are those, see :func:`read_image_list`. A
    DataNotFoundError if a folder is missing or holds no image, a ValueError if
    a list comes with several folders.
    """
    if list_file:
        if not isinstance(folders, str):
            raise ValueError('A list of images needs a single folder, got '
                             f'{list(folders)}.')
        return read_image_list(list_file, folders)
    from .path_list import PathList
    found = []
    for folder in [folders] if isinstance(folders, str) else folders:
        root, split = os.path.split(os.path.normpath(folder))
        listed = os.path.join(root, 'annotations', f'{split}.txt')
        if os.path.isdir(folder):
            found.append(PathList.of(_find_images_below(folder)))
        elif os.path.isfile(listed):
            found.append(read_image_list(listed, root))
        else:
            raise DataNotFoundError(
                f'The image folder {folder} does not exist, nor does the '
                f'list {listed}: {DATA_HELP}.')
    return found[0] if len(found) == 1 else PathList.of(
        path for paths in found for path in paths)


def _find_images_below(folder: str) -> list[str]:
    found = _search(folder, folder, True, (), Counter[str](), IMAGE_EXTENSIONS)
    paths = sorted(item.path for item in found if item.problem is None)
    if not paths:
        raise DataNotFoundError(
            f'No image found in the folder {folder}: {DATA_HELP}.')
    return paths


def read_image_list(list_file: str, folder: str = '') -> 'PathList':
    """Read the paths of images from a text file.

    Each line names one image, as in the lists that come with Places: whatever
    follows the name (a label, a shape) is ignored. Names are relative to the
    folder, also those that start with a slash; with '' they are taken as they
    are. A DataNotFoundError if the file is missing or names no image, a
    ValueError if a line names none.
    """
    if not os.path.isfile(list_file):
        raise DataNotFoundError(
            f'The image list {list_file} does not exist: {DATA_HELP}.')
    from .path_list import PathList, lines_of, whole_names
    content = Path(list_file).read_bytes()
    starts, lengths = lines_of(content)
    plain = whole_names(content, starts, lengths, IMAGE_EXTENSIONS)
    for row in (~plain).nonzero()[0]:  # empty ones, and those with labels
        start, end = starts[row], starts[row] + lengths[row]
        line = content[start:end].decode('utf-8', 'surrogateescape')
        match = _LISTED_NAME.match(line.strip())
        if line.strip() and match is None:
            raise ValueError(f'{list_file}, line {row + 1}: expected the name '
                             f'of an image, got {line.strip()!r}.')
        starts[row] += len(os.fsencode(line)) - len(os.fsencode(line.lstrip()))
        lengths[row] = len(os.fsencode(match[1])) if match else 0
    taken = lengths > 0
    paths = PathList(content, starts[taken], lengths[taken])
    if not len(paths):
        raise DataNotFoundError(
            f'No image named in the list {list_file}: {DATA_HELP}.')
    return paths.below(folder) if folder else paths
