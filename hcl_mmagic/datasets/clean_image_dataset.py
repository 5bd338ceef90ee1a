"""Folder of clean photographs, each sample reproducible by its seed."""
import os
from collections.abc import Callable, Sequence
from typing import Optional, Union

from mmagic.registry import DATASETS

from hcl_mmagic.datasets.photograph_dataset import PhotographDataset
from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.photographs.finding import find_images


@DATASETS.register_module()
class CleanImageDataset(PhotographDataset):
    """Clean photographs from folders, from a list file or named one by one.

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
        test_mode, seed, repeats, indices, split, val_share: See
            :class:`PhotographDataset`.

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
                 indices: Optional[Union[int, Sequence[int]]] = None,
                 split: Optional[str] = None,
                 val_share: float = 0.1) -> None:
        prefix = dict(gt='') if data_prefix is None else data_prefix
        if set(prefix) != {'gt'}:
            raise ValueError('data_prefix must be dict(gt=folder), got '
                             f'{dict(prefix)}.')
        if files is not None and (data_root or data_prefix or ann_file):
            raise ValueError('Give either files or a folder (data_root, '
                             'data_prefix, ann_file), not both.')
        self.files = files
        self.folders = _join(data_root, prefix['gt'])
        super().__init__(
            data_root=data_root,
            ann_file=ann_file,
            pipeline=pipeline,
            test_mode=test_mode,
            seed=seed,
            repeats=repeats,
            indices=indices,
            split=split,
            val_share=val_share)

    def _list_photographs(self) -> list[dict]:
        if self.files is None:
            paths = find_images(self.folders, self.ann_file)
        elif not self.files:
            raise DataNotFoundError('The list of photographs is empty.')
        else:
            paths = list(self.files)
        return [dict(gt_path=path) for path in paths]


def _join(root: str, names: Union[str, Sequence[str]]) \
        -> Union[str, list[str]]:
    if isinstance(names, str):
        return os.path.join(root, names)
    return [os.path.join(root, name) for name in names]
