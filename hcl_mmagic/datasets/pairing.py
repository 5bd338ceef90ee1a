"""Which damaged photograph, clean photograph and mask belong together."""
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hcl_mmagic.errors import DataMismatchError, DataNotFoundError
from hcl_mmagic.photographs.finding import find_images

# Folders of a paired data set, where the config names no others.
PAIR_FOLDERS = dict(img='damaged', gt='clean', mask='mask')


class Pairing(NamedTuple):
    """Files that belong together, and those that lack a partner.

    Attributes:
        pairs (list[dict]): ``gt_path``, ``img_path`` and, where there are
            masks, ``mask_path`` of each pair.
        missing (dict): By folder, the files of other folders that have no
            partner there.
    """

    pairs: list[dict]
    missing: dict[str, list[str]]


def default_folders(data_root: str) -> dict[str, str]:
    """Where damaged and clean photographs lie, and masks if there are any.

    Args:
        data_root (str): Folder with damaged/, clean/ and maybe mask/.

    Returns:
        dict: Folder by role ('img', 'gt', 'mask').
    """
    folders = {
        role: os.path.join(data_root, name)
        for role, name in PAIR_FOLDERS.items()
    }
    if not os.path.isdir(folders['mask']):
        del folders['mask']
    return folders


def pair_folders(folders: Mapping[str, str]) -> Pairing:
    """Pair the images of folders by relative path without extension.

    Args:
        folders (Mapping[str, str]): Folder by role: 'img' (damaged), 'gt'
            (clean) and, if there are masks, 'mask'.

    Returns:
        Pairing: The pairs in the order of their names, and what is missing.

    Raises:
        DataNotFoundError: If a folder is missing or holds no image.
        DataMismatchError: If two files of a folder have one name.
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
    return Pairing(pairs, missing)


def read_pair_list(list_file: str, data_root: str = '') -> list[dict]:
    """Read pairs from a text file.

    Args:
        list_file (str): Text file with one pair per line:
            ``damaged<TAB>clean`` or ``damaged<TAB>clean<TAB>mask``, all lines
            alike.
        data_root (str): What the names are relative to.

    Returns:
        list[dict]: ``gt_path``, ``img_path`` and maybe ``mask_path`` of each
        pair, in the order of the file.

    Raises:
        DataNotFoundError: If the file is missing or empty.
        DataMismatchError: If a line has another number of names.
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
    """Name the files without a partner in a few words.

    Args:
        missing (Mapping[str, list[str]]): See :class:`Pairing`.
        most (int): How many files to name per folder.

    Returns:
        str: Number and first names by folder, '' if nothing is missing.
    """
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
