"""Folder of clean photographs, each sample reproducible by its seed."""
import os
from collections.abc import Sequence
from typing import Any, Optional, Union

from mmagic.registry import DATASETS

from hcl_mmagic.datasets.path_table import PathTable
from hcl_mmagic.datasets.photograph_dataset import PhotographDataset
from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.photographs.finding import find_images
from hcl_mmagic.photographs.path_list import PathList


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
        **options: Further arguments of :class:`PhotographDataset`. The first
            transform gets ``gt_path``.

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
                 **options: Any) -> None:
        prefix = dict(gt='') if data_prefix is None else data_prefix
        if set(prefix) != {'gt'}:
            raise ValueError('data_prefix must be dict(gt=folder), got '
                             f'{dict(prefix)}.')
        if files is not None and (data_root or data_prefix or ann_file):
            raise ValueError('Give either files or a folder (data_root, '
                             'data_prefix, ann_file), not both.')
        self.files = files
        folders = prefix['gt']
        self.folders: Union[str, list[str]] = (
            os.path.join(data_root, folders) if isinstance(folders, str) else
            [os.path.join(data_root, name) for name in folders])
        super().__init__(data_root=data_root, ann_file=ann_file, **options)

    def _list_photographs(self) -> Sequence[dict]:
        if self.files is None:
            return PathTable(find_images(self.folders, self.ann_file))
        if not self.files:
            raise DataNotFoundError('The list of photographs is empty.')
        return PathTable(PathList.of(self.files))
