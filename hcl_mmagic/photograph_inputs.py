"""Which photographs a path, folder or pattern means; imports nothing heavy."""
import glob
import os
from collections import deque
from dataclasses import dataclass
from typing import Iterator, List, Optional, Sequence, Tuple

# What a folder is searched for. HEIC and its like cannot be read, but are
# listed so that the report names them instead of passing over them.
PHOTOGRAPH_ENDINGS = ('.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.apng',
                      '.webp', '.tif', '.tiff', '.bmp', '.dib', '.gif', '.ppm',
                      '.pgm', '.pbm', '.pnm', '.jp2', '.avif', '.heic',
                      '.heif', '.jxl')


@dataclass(frozen=True)
class Input:
    """One photograph that was asked for.

    Args:
        path (str): Where it is.
        relative (str): Where its result belongs, below OUT.
        problem (str, optional): Why it cannot be restored, where that is
            known before it is opened.
    """
    path: str
    relative: str
    problem: Optional[str] = None


def find_inputs(given: Sequence[str],
                recursive: bool = False,
                left_out: Sequence[str] = ()
                ) -> List[Input]:  # yapf: disable
    """List photographs of files, folders and patterns, each one once.

    A file keeps its name, those of a folder their path below the folder, and
    those of a pattern their path below the part before the first wildcard. If
    several folders are given, the names of the folders are kept, too.

    Args:
        given (Sequence[str]): Files, folders and patterns. What exists is
            never taken for a pattern.
        recursive (bool): Whether to look in subfolders, too.
        left_out (Sequence[str]): Folders that are not searched: those that
            results are written to.

    Returns:
        list[Input]: In the order given, those of a folder sorted. Those that
        do not exist, or folders that cannot be listed, have a problem.
    """
    keep_names = sum(map(os.path.isdir, given)) > 1
    found = {}
    for text in given:
        for path, root in _expand(text, keep_names):
            if os.path.isdir(path):
                inputs = _search(path, root, recursive, left_out)
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


def _search(folder: str, root: str, recursive: bool,
            left_out: Sequence[str]) -> List[Input]:
    """Photographs in a folder, sorted by path.

    Links to folders wait until all real folders have been searched, so that
    each folder is searched once, under its own name, and loops end.
    """
    inputs = []
    searched = {file_identity(path) for path in left_out}
    searched.discard(file_identity(folder))
    folders, links = deque([folder]), deque()
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
            if os.path.isdir(entry.path):
                if recursive:
                    (links if entry.is_symlink() else folders).append(
                        entry.path)
            elif entry.name.lower().endswith(PHOTOGRAPH_ENDINGS):
                inputs.append(
                    Input(entry.path, os.path.relpath(entry.path, root)))
    return sorted(inputs, key=lambda item: item.relative.split(os.sep))


def file_identity(path: str) -> Optional[Tuple[int, int]]:
    """What is the same for all names of one file or folder.

    Args:
        path (str): One of its names.

    Returns:
        tuple[int, int], optional: Device and number on it; None if there is
        no such file.
    """
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
