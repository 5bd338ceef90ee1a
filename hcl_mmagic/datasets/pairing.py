"""Which damaged photograph, clean photograph and mask belong together."""
import os
from collections.abc import Mapping
from pathlib import Path

from hcl_mmagic.errors import DataMismatchError, DataNotFoundError
from hcl_mmagic.photographs.finding import find_images

# Folders of a paired data set, where the config names no others.
PAIR_FOLDERS = dict(img='damaged', gt='clean', mask='mask')


def default_folders(data_root: str) -> dict[str, str]:
    """Folder by role ('img', 'gt', 'mask') of a data set with damaged/, clean/
    and maybe mask/."""
    folders = {
        role: os.path.join(data_root, name)
        for role, name in PAIR_FOLDERS.items()
    }
    if not os.path.isdir(folders['mask']):
        del folders['mask']
    return folders


def pair_folders(
        folders: Mapping[str, str]) -> tuple[list[dict], dict[str, list[str]]]:
    """Pair the images of folders (by role: 'img', 'gt' and maybe 'mask') by
    relative path without extension.

    Returns the pairs in the order of their names (``img_path``, ``gt_path``
    and maybe ``mask_path``) and, by folder, the files of other folders that
    have no partner there. DataNotFoundError if a folder is missing or holds no
    image, DataMismatchError if two files of a folder have one name.
    """
    files = {role: _by_name(folder) for role, folder in folders.items()}
    everything: dict[str, str] = {}
    for named in files.values():
        everything = {**named, **everything}
    names = sorted(everything)
    complete = [
        name for name in names
        if all(name in named for named in files.values())
    ]
    pairs = [{
        f'{role}_path': named[name]
        for role, named in files.items()
    } for name in complete]
    missing = {
        folder:
        [everything[name] for name in names if name not in files[role]]
        for role, folder in folders.items()
    }
    return pairs, missing


def read_pair_list(list_file: str, data_root: str = '') -> list[dict]:
    """Read pairs (``img_path``, ``gt_path`` and maybe ``mask_path``) from a
    text file with one pair per line: ``damaged<TAB>clean`` or
    ``damaged<TAB>clean<TAB>mask``, all lines alike, relative to ``data_root``.

    DataNotFoundError if the file is missing or empty, DataMismatchError if a
    line has another number of names.
    """
    if not os.path.isfile(list_file):
        raise DataNotFoundError(f'The list of pairs {list_file} does not '
                                'exist: expected a text file with the line '
                                'damaged<TAB>clean[<TAB>mask] for each pair.')
    pairs: list[dict] = []
    lines = Path(list_file).read_text(encoding='utf-8').splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        names = [name.strip() for name in line.split('\t')]
        allowed = (len(pairs[0]), ) if pairs else (2, 3)
        if len(names) not in allowed or not all(names):
            raise DataMismatchError(
                f'{list_file}, line {number}: expected '
                f'{" or ".join(map(str, allowed))} names with tabs between '
                f'them (damaged, clean, maybe mask), got {line!r}.')
        pairs.append({
            f'{role}_path': os.path.join(data_root, name)
            for role, name in zip(('img', 'gt', 'mask'), names)
        })
    if not pairs:
        raise DataNotFoundError(f'The list {list_file} names no pair.')
    return pairs


def describe_missing(missing: Mapping[str, list[str]], most: int = 3) -> str:
    """Number and first names by folder of the files without a partner, see
    :func:`pair_folders`; '' if nothing is missing."""
    return '; '.join(
        f'{len(paths)} with none in {folder} ({", ".join(paths[:most])}'
        f'{", ..." if len(paths) > most else ""})'
        for folder, paths in missing.items() if paths)


def _by_name(folder: str) -> dict[str, str]:
    """Images of a folder by relative path without extension."""
    named: dict[str, str] = {}
    for path in find_images(folder):
        name = Path(os.path.relpath(path, folder)).with_suffix('').as_posix()
        if name in named:
            raise DataMismatchError(
                f'{named[name]} and {path} have one name, so it is not clear '
                'which of them is meant: rename or remove one.')
        named[name] = path
    return named
