"""What all datasets of photographs share: seeds, splits, broken files."""
import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Optional, Union

import numpy as np
from mmengine.dataset import BaseDataset, Compose

from hcl_mmagic.datasets.path_table import PathTable
from hcl_mmagic.datasets.seeding import mix_seed, seeded_rng
from hcl_mmagic.datasets.stored_files import fetch, is_stored
from hcl_mmagic.errors import (DataNotFoundError, HCLError, PhotographError,
                               one_line)
from hcl_mmagic.photographs.eight_bits import (find_damage, read_image,
                                               warn_unreadable)
from hcl_mmagic.photographs.finding import DATA_HELP


class Flaw(NamedTuple):
    """Why a photograph cannot be used: the file to blame and the reason."""

    path: str
    reason: str


class PhotographDataset(BaseDataset):
    """Base of the datasets whose samples are image files.

    The dataset seeds the random number generators around its pipeline and
    restores them afterwards, so every transform that draws from ``random``,
    ``numpy.random`` or torch becomes reproducible:

    - In test mode the seed is a function of ``seed`` and the sample's index:
      crop, mask and noise are fixed whatever the order or worker count.
    - In training the seed comes with the index (:class:`SeededIndex`); with
      a plain ``int`` the transforms draw from the generators as they are.

    A photograph of which a file is unreadable is named in a warning. In
    training the next usable one takes its place; in test mode it is left out
    from the start, so that no photograph counts twice.

    Args:
        data_root (str): What the other paths are relative to.
        ann_file (str): Text file that lists the photographs.
        pipeline (Sequence[dict or Callable]): Transforms; the first one gets
            the paths of the files and ``sample_idx``.
        test_mode (bool): Whether samples are fixed by their index.
        seed (int): What the test samples depend on besides their index.
        repeats (int): Samples per photograph, one after the other, each with
            its own index and so its own crop, mask and noise.
        indices (int or Sequence[int], optional): Use only the first (or, if
            negative, the last) samples, or those listed.
        split (str, optional): 'val' takes a random ``val_share`` of the
            photographs, 'train' the others. What a photograph is taken for
            depends on its name alone (its path relative to ``data_root``
            without the extension), so it stays where it is when others are
            added. By default all are taken.
        val_share (float): Share of the photographs in 'val', in (0, 1); at
            least one photograph.

    Raises:
        DataNotFoundError: If there is no photograph, or none is readable in
            test mode.
    """

    METAINFO = dict(task_name='blind_inpainting')

    def __init__(self,
                 *,
                 data_root: str = '',
                 ann_file: str = '',
                 pipeline: Sequence[Union[dict, Callable]] = (),
                 test_mode: bool = False,
                 seed: int = 0,
                 repeats: int = 1,
                 indices: Optional[Union[int, Sequence[int]]] = None,
                 split: Optional[str] = None,
                 val_share: float = 0.1,
                 **unknown: Any) -> None:
        if unknown:  # the name of the class that the config has, not of this
            raise TypeError(f'{type(self).__name__} has no argument '
                            f'{", ".join(map(repr, unknown))}.')
        if repeats < 1:
            raise ValueError(f'repeats must be at least 1, got {repeats}.')
        if split not in (None, 'train', 'val'):
            raise ValueError("split must be 'train', 'val' or None, got "
                             f'{split!r}.')
        if not 0 < val_share < 1:
            raise ValueError(f'val_share must be in (0, 1), got {val_share}.')
        self.seed = seed
        self.repeats = repeats
        self.split = split
        self.val_share = val_share
        super().__init__(
            ann_file=ann_file,
            data_root=data_root,
            data_prefix=dict(),
            indices=indices,
            test_mode=test_mode)
        # Only now: of several missing folders the photographs' is named.
        self.pipeline = Compose(list(pipeline))

    def load_data_list(self) -> Sequence[dict]:
        """One dict of paths per sample."""
        photographs = self._list_photographs()
        if self.split is not None:
            photographs = self._take_split(photographs)
        if self.test_mode:
            photographs = self._leave_out_flawed(photographs)
        if isinstance(photographs, PathTable):
            self.serialize_data = False  # it is small as it is
        if self.repeats == 1:
            return photographs
        return _take(photographs,
                     np.repeat(np.arange(len(photographs)), self.repeats))

    def __getitem__(self, idx: int) -> dict:
        """Run the pipeline on one sample, whose index may be a
        :class:`SeededIndex`; PhotographError in training if no readable
        photograph follows, in test mode if the photograph cannot be decoded.
        """
        index = range(len(self))[idx]
        seed = getattr(idx, 'seed', None)
        if self.test_mode:
            seed = mix_seed(self.seed, index)
        if seed is None:
            return self._load(index)
        with seeded_rng(seed):
            return self._load(index)

    def _list_photographs(self) -> Sequence[dict]:
        """The paths of each photograph's files; ``gt_path`` names it."""
        raise NotImplementedError

    def _find_flaw(self, paths: dict, decode: bool) -> Optional[Flaw]:
        """Look for a file that cannot be used, see :func:`find_damage`."""
        for key, path in paths.items():
            if key.endswith('_path'):
                damage = _find_stored_damage(path, decode) if is_stored(
                    path) else find_damage(path, decode)
                if damage is not None:
                    return Flaw(path, damage)
        return None

    def _take_split(self, photographs: Sequence[dict]) -> Sequence[dict]:
        marks = [self._split_mark(paths['gt_path']) for paths in photographs]
        # The lowest one, too, or a small folder could have no 'val'.
        limit = max(self.val_share, min(marks))
        taken = [
            row for row, mark in enumerate(marks)
            if (mark <= limit) == (self.split == 'val')
        ]
        if not taken:
            raise DataNotFoundError(
                f'All {len(photographs)} photographs of '
                f'{self.data_root or "the dataset"} are held out for '
                'validation, none is left to train on: add photographs or '
                f'lower val_share, which is {self.val_share}.')
        return _take(photographs, taken)

    def _split_mark(self, path: str) -> float:
        """A number in [0, 1) that is drawn once and for all by the name."""
        if self.data_root:
            path = os.path.relpath(path, self.data_root)
        name = Path(path).with_suffix('').as_posix()
        return zlib.crc32(name.encode()) / 2**32

    def _leave_out_flawed(self,
                          photographs: Sequence[dict]) -> Sequence[dict]:
        usable = []
        for row, paths in enumerate(photographs):
            flaw = self._find_flaw(paths, decode=False)
            if flaw is None:
                usable.append(row)
            else:
                warn_unreadable(*flaw)
        if not usable:
            raise DataNotFoundError(
                f'None of the {len(photographs)} photographs can be read, the '
                f'first is {photographs[0]["gt_path"]}: {DATA_HELP}.')
        return _take(photographs, usable)

    def _load(self, index: int) -> dict:
        """Run the pipeline on the first usable sample from ``index`` on."""
        tries = 1 if self.test_mode else min(len(self), self.max_refetch)
        for offset in range(tries):
            info = self.get_data_info((index + offset) % len(self))
            paths = dict(info)  # a transform may change the info
            flaw = self._find_flaw(paths, decode=False)
            if flaw is None:
                try:
                    return self.pipeline(info)
                except Exception:
                    # Is it a file, or a fault of a transform?
                    flaw = self._find_flaw(paths, decode=True)
                    if flaw is None:
                        raise
            warn_unreadable(*flaw)
        assert flaw is not None  # at least one was tried
        raise PhotographError(
            f'{flaw.path} cannot be read ({flaw.reason}); photographs tried: '
            f'{tries}.')


def _find_stored_damage(path: str, decode: bool) -> Optional[str]:
    """As :func:`find_damage`, of what is only read when it is needed."""
    if decode:
        try:
            read_image(fetch(path))
        except HCLError as error:
            return one_line(error)
    return None


def _take(photographs: Sequence[dict],
          rows: Union[Sequence[int], np.ndarray]) -> Sequence[dict]:
    """Those of these rows, each a dict of its own."""
    if isinstance(photographs, PathTable):
        return photographs.take(rows)
    return [dict(photographs[row]) for row in rows]
