"""Every restored image, mask and confidence of a test, as files."""
import os
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Sized

import numpy as np
from mmagic.registry import HOOKS
from mmengine.dist import barrier
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement

from ..errors import ConfigError
from .hcl_visualizer import sample_to_row
from .panel import write_png
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
        """Refuse to write over an earlier result: a ConfigError if the folder
        is a file, or not empty."""
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
        """Write the samples of a batch."""
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
        """Say where the files are."""
        print_log(f'Results written to {self.out_dir}', logger='current')


def name_samples(dataset: Sized) -> List[str]:
    """A name of its own for each sample of a data set, as a relative path
    without extension.

    A data set without ``get_data_info``, as MMEngine's have it, or without
    ``gt_path`` has its samples merely numbered.
    """
    get_info: Callable[[int], Any] = getattr(dataset, 'get_data_info',
                                             lambda index: {})
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
    """Write the pictures of one predicted sample below a folder; ``name`` is
    the relative path of the files, without extension."""
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
            write_png(folder / kind / f'{name}.png', picture)


def _to_grey(values: Optional[np.ndarray], dtype: type) -> Any:
    """[0, 1] to the whole range of an integer type; NaN becomes 0."""
    if values is None:
        return None
    highest = np.iinfo(dtype).max
    scaled = np.nan_to_num(values.astype(np.float64)).clip(0, 1) * highest
    # Halves are rounded down: a probability of exactly 0.5 is intact and must
    # stay so in the file.
    return np.ceil(scaled - 0.5).astype(dtype)
