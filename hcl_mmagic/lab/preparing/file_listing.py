"""Finding the files of a data set and pairing them."""
import os
from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Tuple

from ...errors import DataMismatchError, DataNotFoundError
from ...photographs.finding import find_images


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture, a mask (white = corrupted), or a damaged picture with its
    clean one. All names are relative to the root of the data set; '' stands
    for what the data set has not."""

    damaged: str = ''
    clean: str = ''
    mask: str = ''

    @property
    def files(self) -> Tuple[str, ...]:
        """The names that there are, in the order of the lists."""
        return tuple(filter(None, (self.damaged, self.clean, self.mask)))

    @property
    def line(self) -> str:
        """The sample in a list file."""
        return '\t'.join(self.files)


def list_pictures(root: str, folder: str) -> List[str]:
    """List the pictures of a folder and of all folders below, sorted, relative
    to ``root`` and with forward slashes."""
    path = os.path.join(root, folder)
    if not os.path.isdir(path):
        raise DataNotFoundError(
            f'The folder {path} does not exist: the README.md beside this '
            'script shows the layout, -h the options that change names.')
    print(f'Listing {path}', flush=True)
    return [
        os.path.relpath(name, root).replace(os.sep, '/')
        for name in find_images(path)
    ]


def list_clean(root: str, folders: Dict[str, str]) -> Dict[str, List[Sample]]:
    """The pictures of folders as samples that are not damaged."""
    return {
        split: [Sample(clean=name) for name in list_pictures(root, folder)]
        for split, folder in folders.items()
    }


def stem(name: str) -> str:
    """The name of a file without folder and extension."""
    return os.path.splitext(os.path.basename(name))[0]


def index_pictures(root: str,
                   folder: str,
                   key: Callable[[str], str] = stem) -> Dict[str, str]:
    """List the pictures of a folder by the key that they share with their
    partners, by default the name without folder and extension."""
    index: Dict[str, str] = {}
    for name in list_pictures(root, folder):
        other = index.setdefault(key(name), name)
        if other != name:
            raise DataMismatchError(
                f'{other} and {name} in {root} claim the same partner: '
                'remove one of them.')
    return index


def pair_files(
    damaged: Dict[str, str],
    clean: Dict[str, str],
    masks: Optional[Dict[str,
                         str]] = None) -> Tuple[List[Sample], Dict[str, str]]:
    """Put together what has the same key: the complete samples, and the files
    that lack a partner with what they lack."""
    parts = {'damaged picture': damaged, 'clean picture': clean}
    if masks is not None:
        parts['mask'] = masks
    complete = set.intersection(*map(set, parts.values()))
    samples = [
        Sample(name, clean[key], masks[key] if masks is not None else '')
        for key, name in damaged.items() if key in complete
    ]
    alone = {}
    for part in parts.values():
        for key in part.keys() - complete:
            lacks = [what for what, other in parts.items() if key not in other]
            alone[part[key]] = f'no {" and no ".join(lacks)} of this name'
    return samples, alone
