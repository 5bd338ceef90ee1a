"""Folder of clean photographs, each sample reproducible by its seed."""
import os
from collections.abc import Callable, Sequence
from typing import Optional, Union

from mmagic.registry import DATASETS
from mmengine.dataset import BaseDataset, Compose

from hcl_mmagic.datasets.image_files import (DATA_HELP, UnreadableImageError,
                                             find_damage, gather_images,
                                             warn_unreadable)
from hcl_mmagic.datasets.seeding import mix_seed, seeded_rng
from hcl_mmagic.errors import DataNotFoundError


@DATASETS.register_module()
class CleanImageDataset(BaseDataset):
    """Clean photographs from folders, from a list file or named one by one.

    The dataset seeds the random number generators around its pipeline and
    restores them afterwards, so every transform that draws from ``random``,
    ``numpy.random`` or torch becomes reproducible:

    - In test mode the seed is a function of ``seed`` and the sample's index:
      crop, mask and noise are fixed whatever the order or worker count.
    - In training the seed comes with the index (:class:`SeededIndex`); with
      a plain ``int`` the transforms draw from the generators as they are.

    An unreadable photograph is named in a warning. In training the next
    readable one takes its place; in test mode it is left out from the start,
    so that no photograph counts twice.

    Args:
        data_root (str): What ``data_prefix`` and ``ann_file`` are relative
            to.
        data_prefix (dict, optional): ``dict(gt=folder)`` or
            ``dict(gt=[folder, ...])``, searched with all folders below.
            Defaults to ``data_root`` itself.
        ann_file (str): Text file with one photograph per line, relative to
            the folder; the other photographs of the folder are not used.
        files (Sequence[str], optional): The photographs one by one, in place
            of all the above.
        pipeline (Sequence[dict or Callable]): Transforms; the first one gets
            ``gt_path`` and ``sample_idx``.
        test_mode (bool): Whether samples are fixed by their index.
        seed (int): What the test samples depend on besides their index.
        repeats (int): Samples per photograph, one after the other, each with
            its own index and so its own crop, mask and noise.
        indices (int or Sequence[int], optional): Use only the first (or, if
            negative, the last) samples, or those listed.

    Raises:
        DataNotFoundError: If there is no photograph, or none is readable in
            test mode.
    """

    METAINFO = dict(dataset_type='clean_image', task_name='blind_inpainting')

    def __init__(self,
                 *,
                 data_root: str = '',
                 data_prefix: Optional[dict] = None,
                 ann_file: str = '',
                 files: Optional[Sequence[str]] = None,
                 pipeline: Sequence[Union[dict, Callable]] = (),
                 test_mode: bool = False,
                 seed: int = 0,
                 repeats: int = 1,
                 indices: Optional[Union[int, Sequence[int]]] = None) -> None:
        prefix = dict(gt='') if data_prefix is None else data_prefix
        if set(prefix) != {'gt'}:
            raise ValueError('data_prefix must be dict(gt=folder), got '
                             f'{dict(prefix)}.')
        if files is not None and (data_root or data_prefix or ann_file):
            raise ValueError('Give either files or a folder (data_root, '
                             'data_prefix, ann_file), not both.')
        if repeats < 1:
            raise ValueError(f'repeats must be at least 1, got {repeats}.')
        self.files = files
        self.seed = seed
        self.repeats = repeats
        self.folders = _join(data_root, prefix['gt'])
        super().__init__(
            ann_file=ann_file,
            data_root=data_root,
            data_prefix=dict(),
            indices=indices,
            test_mode=test_mode)
        # Only now: of several missing folders the photographs' is named.
        self.pipeline = Compose(list(pipeline))

    def load_data_list(self) -> list[dict]:
        """List the samples.

        Returns:
            list[dict]: One dict with ``gt_path`` per sample.
        """
        paths = self._list_paths()
        if self.test_mode:
            paths = self._leave_out_unreadable(paths)
        return [dict(gt_path=path) for path in paths
                for _ in range(self.repeats)]  # yapf: disable

    def __getitem__(self, idx: int) -> dict:
        """Run the pipeline on one sample.

        Args:
            idx (int): Index of the sample, possibly a :class:`SeededIndex`.

        Returns:
            dict: What the pipeline returns.

        Raises:
            UnreadableImageError: In training if no readable photograph
                follows, in test mode if the photograph cannot be decoded.
        """
        index = range(len(self))[idx]
        seed = getattr(idx, 'seed', None)
        if self.test_mode:
            seed = mix_seed(self.seed, index)
        if seed is None:
            return self._load(index)
        with seeded_rng(seed):
            return self._load(index)

    def _list_paths(self) -> list[str]:
        if self.files is None:
            return gather_images(self.folders, self.ann_file)
        if not self.files:
            raise DataNotFoundError('The list of photographs is empty.')
        return list(self.files)

    def _leave_out_unreadable(self, paths: list[str]) -> list[str]:
        readable = []
        for path in paths:
            damage = find_damage(path)
            if damage is None:
                readable.append(path)
            else:
                warn_unreadable(path, damage)
        if not readable:
            raise DataNotFoundError(
                f'None of the {len(paths)} photographs can be read, the '
                f'first is {paths[0]}: {DATA_HELP}.')
        return readable

    def _load(self, index: int) -> dict:
        """Run the pipeline on the first readable sample from ``index`` on."""
        tries = 1 if self.test_mode else min(len(self), self.max_refetch)
        for offset in range(tries):
            info = self.get_data_info((index + offset) % len(self))
            path = info['gt_path']
            damage = find_damage(path)
            if damage is None:
                try:
                    return self.pipeline(info)
                except Exception:
                    # Is it the file, or a fault of a transform?
                    damage = find_damage(path, decode=True)
                    if damage is None:
                        raise
            warn_unreadable(path, damage)
        raise UnreadableImageError(
            f'{path} cannot be read ({damage}); photographs tried: {tries}.')


def _join(root: str, names: Union[str, Sequence[str]]) \
        -> Union[str, list[str]]:
    if isinstance(names, str):
        return os.path.join(root, names)
    return [os.path.join(root, name) for name in names]
