"""Damaged photographs with their clean twins, and masks if there are any."""
import os
import warnings
from typing import Any, Optional

from mmagic.registry import DATASETS

from hcl_mmagic.datasets.pairing import (default_folders, describe_missing,
                                         pair_folders, read_pair_list)
from hcl_mmagic.datasets.photograph_dataset import Flaw, PhotographDataset
from hcl_mmagic.errors import DataMismatchError, PhotographError
from hcl_mmagic.photographs.eight_bits import failure_reason, image_size


@DATASETS.register_module()
class PairedPhotographDataset(PhotographDataset):
    """Pairs of a damaged and a clean photograph, maybe with a mask.

    In folders, files belong together whose path relative to their folder is
    the same but for the extension. A pair of which a file is unreadable, or
    whose files differ in size, is named in a warning; in training the next
    pair takes its place, in test mode it is left out from the start.

    Args:
        data_root (str): What ``data_prefix``, ``ann_file`` and the names in
            it are relative to.
        data_prefix (dict, optional): ``dict(img=folder, gt=folder)`` of the
            damaged and the clean photographs, maybe with ``mask=folder``
            (white = corrupted, see :class:`LoadPairedPhotograph`). Defaults
            to the folders damaged, clean and, if it exists, mask.
        ann_file (str): Text file, in place of ``data_prefix``, with the line
            ``damaged<TAB>clean`` or ``damaged<TAB>clean<TAB>mask`` for each
            pair.
        ignore_unpaired (bool): Whether files without a partner are left out
            with a warning. By default they are an error.
        **options: Further arguments of :class:`PhotographDataset`. The first
            transform gets ``img_path``, ``gt_path`` and, if there are masks,
            ``mask_path``.

    Attributes:
        missing (dict): By folder, the files that have no partner there.

    Raises:
        DataNotFoundError: If a folder or the list is missing or empty, or no
            pair is readable in test mode.
        DataMismatchError: If a file has no partner.
    """

    METAINFO = dict(
        dataset_type='paired_photograph', task_name='blind_inpainting')

    def __init__(self,
                 *,
                 data_root: str = '',
                 data_prefix: Optional[dict] = None,
                 ann_file: str = '',
                 ignore_unpaired: bool = False,
                 **options: Any) -> None:
        if data_prefix is not None:
            if ann_file:
                raise ValueError('Give either data_prefix or ann_file, not '
                                 'both.')
            if set(data_prefix) not in ({'img', 'gt'}, {'img', 'gt', 'mask'}):
                raise ValueError(
                    'data_prefix must be dict(img=folder, gt=folder) or '
                    'dict(img=folder, gt=folder, mask=folder), got '
                    f'{dict(data_prefix)}.')
        self.folders = default_folders(data_root) if data_prefix is None else {
            role: os.path.join(data_root, folder)
            for role, folder in data_prefix.items()
        }
        self.ignore_unpaired = ignore_unpaired
        self.missing: dict[str, list[str]] = {}
        super().__init__(data_root=data_root, ann_file=ann_file, **options)

    def _list_photographs(self) -> list[dict]:
        if self.ann_file:
            return read_pair_list(self.ann_file, self.data_root)
        pairs, self.missing = pair_folders(self.folders)
        lacking = describe_missing(self.missing)
        if lacking and not (self.ignore_unpaired and pairs):
            raise DataMismatchError(
                f'Files without a partner of the same name: {lacking}. Add '
                'or remove files, or leave these out with '
                'ignore_unpaired=True.')
        if lacking:
            warnings.warn('Files left out that have no partner of the same '
                          f'name: {lacking}.')
        return pairs

    def _find_flaw(self, paths: dict, decode: bool) -> Optional[Flaw]:
        flaw = super()._find_flaw(paths, decode)
        return flaw or find_size_mismatch(paths)


def find_size_mismatch(paths: dict) -> Optional[Flaw]:
    """The first file of a pair (``img_path``, ``gt_path``, maybe
    ``mask_path``) whose size, upright, is not that of the clean photograph, or
    whose head cannot be read. Only the heads are read."""
    gt_path = paths['gt_path']
    expected = None
    for path in (gt_path, paths['img_path'], paths.get('mask_path', gt_path)):
        try:
            height, width = image_size(path)
        except PhotographError as error:
            return Flaw(path, failure_reason(error, path))
        if expected is None:
            expected = height, width
        elif expected != (height, width):
            return Flaw(
                path, f'{width} x {height} pixels, but its clean photograph '
                f'{gt_path} has {expected[1]} x {expected[0]}')
    return None
