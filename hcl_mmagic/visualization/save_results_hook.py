"""Every restored image, mask and confidence of a test, as files."""
import os
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import cv2
import numpy as np
from mmagic.registry import HOOKS
from mmengine.dist import barrier
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement
from torch.utils.data import Dataset

from ..engine.fileio import AtomicLocalBackend
from ..errors import ConfigError
from .hcl_visualizer import sample_to_row
from .sample_panel_hook import loop_dataloaders


@HOOKS.register_module()
class SaveResultsHook(Hook):
    """Write what a test predicts, and what it was given, as PNG files.

    Folders below ``out_dir``, as far as the samples have it:

    - ``restored``: restored images, 8 bit RGB.
    - ``mask``: detected masks, 8 bit grey, 255 = corrupted, 0 = intact.
    - ``confidence``: probability of 'corrupted', 16 bit grey,
      65535 = certainly corrupted.
    - ``damaged``, ``clean``, ``true_mask``: the sample itself, of the same
      sizes, so that ``tools/analysis_tools/score_folder.py`` can score the
      folders as they are.

    Files are named after the photographs, with the folders between them and
    the deepest one that holds them all. If the data set shows a photograph
    several times, or two photographs share a name, all names end with the
    sample's index. The processes of a distributed test write into the same
    folders. Several data sets get the subfolders ``0``, ``1``, ...

    Args:
        out_dir (str): Folder to write into, which must be empty or new.
    """

    def __init__(self, *, out_dir: str) -> None:
        self.out_dir = Path(out_dir)
        self._names: Dict[int, List[str]] = {}

    def before_test(self, runner: Runner) -> None:
        """Refuse to write over an earlier result.

        Args:
            runner (Runner): The runner.

        Raises:
            ConfigError: If the folder is a file, or not empty.
        """
        if self.out_dir.is_file() or (self.out_dir.is_dir()
                                      and any(self.out_dir.iterdir())):
            raise ConfigError(
                f'{self.out_dir} is not an empty folder: name another one for '
                'the results, so that no earlier ones are overwritten')
        barrier()  # no process writes before all have looked

    def after_test_iter(
            self,
            runner: Runner,
            batch_idx: int,
            data_batch: Any = None,
            outputs: Optional[Sequence[BaseDataElement]] = None) -> None:
        """Write the samples of a batch.

        Args:
            runner (Runner): The runner.
            batch_idx (int): Index of the batch.
            data_batch (Any): The batch from the data loader, not used.
            outputs (Sequence[BaseDataElement], optional): Predicted samples.
        """
        loop = runner.test_loop
        loaders = loop_dataloaders(loop)
        number = loaders.index(loop.dataloader)
        folder = self.out_dir / str(number) if len(loaders) > 1 else (
            self.out_dir)
        if number not in self._names:
            self._names[number] = name_samples(loop.dataloader.dataset)
        for data_sample in outputs or ():
            name = self._names[number][int(data_sample.sample_idx)]
            save_sample(data_sample, folder, name)

    def after_test(self, runner: Runner) -> None:
        """Say where the files are.

        Args:
            runner (Runner): The runner.
        """
        print_log(f'Results written to {self.out_dir}', logger='current')


def name_samples(dataset: Dataset) -> List[str]:
    """A name of its own for each sample of a data set.

    Args:
        dataset (Dataset): Data set; without ``get_data_info``, as MMEngine's
            have it, or ``gt_path`` its samples are merely numbered.

    Returns:
        list[str]: Relative paths without extension, by index.
    """
    get_info = getattr(dataset, 'get_data_info', lambda index: {})
    paths = [get_info(index).get('gt_path') for index in range(len(dataset))]
    if None in paths:
        return [f'{index:06d}' for index in range(len(paths))]
    folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    names = [os.path.splitext(os.path.relpath(path, folder))[0]
             for path in paths]  # yapf: disable
    if max(Counter(names).values()) == 1:
        return names
    return [f'{name}_{index}' for index, name in enumerate(names)]


def save_sample(data_sample: BaseDataElement, folder: Path, name: str) -> None:
    """Write the pictures of one predicted sample.

    Args:
        data_sample (BaseDataElement): See
            :func:`~hcl_mmagic.visualization.sample_to_row`.
        folder (Path): Folder of the folders.
        name (str): Relative path of the files, without extension.
    """
    row = sample_to_row(data_sample)
    pictures = {
        'restored': row.pred_img,
        'mask': _to_grey(row.pred_mask, np.uint8),
        'confidence': _to_grey(row.mask_prob, np.uint16),
        'damaged': row.corrupted,
        'clean': row.gt_img,
        'true_mask': _to_grey(row.mask, np.uint8),
    }
    for kind, picture in pictures.items():
        if picture is not None:
            if picture.ndim == 3:
                picture = picture[..., ::-1]  # OpenCV writes BGR
            _, encoded = cv2.imencode('.png', picture)
            AtomicLocalBackend().put(encoded.tobytes(),
                                     folder / kind / f'{name}.png')


def _to_grey(values: Optional[np.ndarray], dtype: type) -> Any:
    """[0, 1] to the whole range of an integer type; NaN becomes 0.

    Halves are rounded down: a probability of exactly 0.5 is intact and must
    stay so in the file.
    """
    if values is None:
        return None
    highest = np.iinfo(dtype).max
    scaled = np.nan_to_num(values.astype(np.float64)).clip(0, 1) * highest
    return np.ceil(scaled - 0.5).astype(dtype)
