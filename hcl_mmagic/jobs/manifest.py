"""Manifests: which photographs a large job is about, one after the other,
without holding them all."""
import glob
import os
import posixpath
import re
from typing import Iterable, Iterator, List, Optional, Sequence, Tuple

from ..errors import ConfigError, DataNotFoundError, HCLError
from ..photographs.finding import PHOTOGRAPH_ENDINGS, Input, find_inputs
from ..photographs.reading import (explain_failures, most_bytes,
                                   printable_name, read_file)
from .share import Share
from .storage import (explained, find_file_system, is_address, local_path,
                      open_file, read_address, state_of_file)
from .tables import read_table
from .tar_shards import (is_member, member_address, photographs_of,
                         read_member, split_member_address)

RECEIPTS = '.receipts'  # below OUT; no photograph may be called so
_TAR, _TABLE = '.tar', '.parquet'
_BRACES = re.compile(r'\{(\d+)\.\.(\d+)\}')


def read_manifest(
    path: str, share: Share = Share(), left_out: Sequence[str] = ()
) -> Iterator[Input]:
    """The photographs of one share of a manifest.

    A manifest is one of these, on this machine or at an address of fsspec:

    - a text file with a path or address on each line, relative to the file's
      folder, and if wanted a tab and the name that the result is to have;
    - a Parquet file with a column ``path`` or ``url``, and if wanted ``name``;
    - tar files in WebDataset's layout: ``a.tar``, ``"shards/*.tar"`` or
      ``"shards/{000..099}.tar"``, of which a share takes whole ones if there
      are enough for all; a text or Parquet file may name tar files, too;
    - a folder, with all folders below, apart from those ``left_out``.

    A photograph's ``relative`` is its name below OUT, which depends on nothing
    but its own line. Lines that cannot be restored have a problem.

    Raises:
        ConfigError: The manifest cannot be read as what its name says, or
            takes a package that is not installed.
        DataNotFoundError: There is no such file or folder.
    """
    tars = _find_tars(path)
    if tars is not None:
        whole = len(tars) >= share.count
        taken = share.of(tars) if whole else tars
        members = (item for tar, name in taken
                   for item in _of_tar(tar, name,
                                       len(tars) > 1))
        yield from members if whole else share.of(members)
    elif is_address(path) and _is_remote_folder(path):
        yield from share.of(_of_remote_folder(path))
    elif os.path.isdir(local_path(path)):
        yield from share.of(
            find_inputs([local_path(path)], recursive=True, left_out=left_out))
    else:
        lines = read_table(path) if path.lower().endswith(_TABLE) else \
            _read_lines(path)
        yield from share.of(_of_lines(lines, path))


def read_source(item: Input, max_pixels: int) -> bytes:
    """The content of a photograph of a manifest; an HCLError if it is not
    there, has more bytes than any photograph of so many pixels, or if its
    storage fails."""
    if is_member(item.path):
        return read_member(item.path, most_bytes(max_pixels))
    if is_address(item.path):
        return read_address(item.path, most_bytes(max_pixels))
    with explain_failures(printable_name(item.path)):
        return read_file(local_path(item.path), max_pixels)


def state_of(item: Input) -> str:
    """See :func:`.storage.state_of_file`; of what is in a tar file that of
    the tar file."""
    tar = split_member_address(item.path)[0]
    return state_of_file(tar or item.path)


def line_of(item: Input) -> str:
    """A photograph as a line of a manifest that may stand anywhere."""
    return f'{source_of(item)}\t{item.relative}\n'


def source_of(item: Input) -> str:
    """Its address, or its path from the root on."""
    tar, member = split_member_address(item.path)
    return member_address(_whole(tar), member) if tar else _whole(item.path)


def _whole(path: str) -> str:
    return path if is_address(path) else os.path.abspath(local_path(path))


def _find_tars(path: str) -> Optional[List[Tuple[str, str]]]:
    """Tar files with the names that stand for them below OUT; None if the
    manifest is no tar file."""
    if not path.lower().endswith(_TAR):
        return None
    root = posixpath.dirname(_before_wildcards(path))
    tars: List[str] = []
    for pattern in _without_braces(path):
        tars += _matches(pattern)
    return [(tar, _below(root, tar)[:-len(_TAR)]) for tar in tars]


def _below(root: str, path: str) -> str:
    """A path without the folder that it starts with."""
    return path[len(root):].lstrip('/') if path.startswith(root) else \
        posixpath.basename(path)


def _before_wildcards(path: str) -> str:
    return re.split(r'[*?\[{]', path)[0]


def _without_braces(path: str) -> List[str]:
    """``a{08..10}`` as a08, a09, a10."""
    found = _BRACES.search(path)
    if found is None:
        return [path]
    first, last = found[1], found[2]
    return [
        whole for number in range(int(first),
                                  int(last) + 1)
        for whole in _without_braces(path[:found.start()] +
                                     str(number).zfill(len(first)) +
                                     path[found.end():])
    ]


def _matches(pattern: str) -> List[str]:
    if not glob.has_magic(pattern):
        return [pattern]
    if not is_address(pattern):
        found = sorted(glob.glob(local_path(pattern), recursive=True))
    else:
        files, inside = find_file_system(pattern)
        with explained(pattern, 'listed'):
            found = sorted(map(files.unstrip_protocol, files.glob(inside)))
    if not found:
        raise DataNotFoundError(f'There is no tar file {pattern}.')
    return found


def _of_tar(tar: str, name: str, is_one_of_many: bool) -> Iterator[Input]:
    try:
        members = photographs_of(tar)
    except HCLError as error:
        if not is_one_of_many:
            raise
        yield Input(tar, name, str(error))
        return
    for member in members:
        yield Input(member_address(tar, member), f'{name}/{member}')


def _is_remote_folder(address: str) -> bool:
    if address.lower().endswith(('.txt', '.csv', '.tsv', '.lst', _TABLE)):
        return False
    files, inside = find_file_system(address)
    with explained(address, 'looked for'):
        return files.isdir(inside)


def _of_remote_folder(address: str) -> Iterator[Input]:
    files, inside = find_file_system(address)
    with explained(address, 'listed'):
        found = sorted(files.find(inside))
    start = len(inside.rstrip('/')) + 1
    for path in found:
        name = path[start:]
        if '/.' not in f'/{name}' and \
                name.lower().endswith(PHOTOGRAPH_ENDINGS):
            yield Input(files.unstrip_protocol(path), name)


def _read_lines(path: str) -> Iterator[Tuple[str, str]]:
    with open_file(path) as file:
        for line in file:
            if b'\0' in line:
                raise ConfigError(
                    f'{path} is no manifest: expected a text file with a path '
                    'on each line, a .parquet file, tar files (.tar) or a '
                    'folder.')
            # Names of files may hold bytes that are no text.
            source, _, name = os.fsdecode(line).rstrip('\r\n').partition('\t')
            if source:
                yield source, name


def _of_lines(lines: Iterable[Tuple[str, str]],
              manifest: str) -> Iterator[Input]:
    folder = manifest[:manifest.rfind('/') + 1]
    for source, name in lines:
        stands_alone = is_address(source) or os.path.isabs(local_path(source))
        path = source if stands_alone else folder + source
        name = name or _name_of(source)
        if path.lower().endswith(_TAR) and not is_member(path):
            yield from _of_tar(path, name.removesuffix(_TAR), True)
        else:
            yield Input(path, name, _problem_of(name))


def _name_of(source: str) -> str:
    """The name below OUT of a photograph that has none of its own."""
    tar, member = split_member_address(source)
    if tar:
        return f'{_name_of(tar)[:-len(_TAR)]}/{member}'
    if is_address(source):
        source = re.split('://|::', source)[-1].partition('?')[0]
    return posixpath.normpath(local_path(source).replace(
        '\\', '/')).lstrip('/').replace(':', '_')


def _problem_of(name: str) -> Optional[str]:
    parts = name.split('/')
    if '..' in parts or '' in parts or parts[0] == RECEIPTS:
        return (f'its result cannot be called {name!r}: write a tab and '
                'another name behind its path in the manifest')
    return None
