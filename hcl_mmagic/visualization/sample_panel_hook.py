"""One panel of a few samples for each validation and test."""
from pathlib import Path
from typing import Any, List, Optional, Sequence, Set, Sized, cast

import numpy as np
from mmagic.registry import HOOKS
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import BaseLoop, Runner
from mmengine.structures import BaseDataElement
from torch.utils.data import DataLoader

from .hcl_visualizer import sample_to_row
from .panel import PanelRow, make_panel, write_png


@HOOKS.register_module()
class SamplePanelHook(Hook):
    """Draw a few samples, spread over the data set, as one panel.

    After each validation the panel goes to the visualization backends as
    ``val_samples``, filed under the iteration; after a test as
    ``test_samples``. With a fixed data set the samples are the same each
    time. In a distributed run the samples are those of the first process.

    MMagic's ``BasicVisualizationHook`` draws every k-th batch into one file
    per sample, so its output grows with the data set; MMagic's
    ``VisualizationHook`` draws nothing in validation.

    Args:
        num_samples (int): Number of samples, one below the other.
        max_cell_side (int): Longest side of one picture in the panel, in
            pixels.
        test_file (str, optional): PNG file to which a test's panel is also
            written. A relative path starts at the work directory.

    Raises:
        ValueError: If ``num_samples`` is below 1.
    """

    def __init__(self,
                 *,
                 num_samples: int = 8,
                 max_cell_side: int = 256,
                 test_file: Optional[str] = None) -> None:
        if num_samples < 1:
            raise ValueError('num_samples must be at least 1, but got '
                             f'{num_samples}. Remove the hook to draw none.')
        self.num_samples = num_samples
        self.max_cell_side = max_cell_side
        self.test_file = test_file
        self._positions: Set[int] = set()
        self._num_seen = 0
        self._rows: List[PanelRow] = []

    def before_val(self, runner: Runner) -> None:
        """Choose the samples of this validation."""
        self._choose_samples(runner.val_loop)

    def before_test(self, runner: Runner) -> None:
        """Choose the samples of this test."""
        self._choose_samples(runner.test_loop)

    @master_only
    def after_val_iter(
            self,
            runner: Runner,
            batch_idx: int,
            data_batch: Any = None,
            outputs: Optional[Sequence[BaseDataElement]] = None) -> None:
        """Keep the chosen samples of a batch."""
        for data_sample in outputs or ():
            if self._num_seen in self._positions:
                self._rows.append(sample_to_row(data_sample))
            self._num_seen += 1

    after_test_iter = after_val_iter

    @master_only
    def after_val(self, runner: Runner) -> None:
        """Draw the panel into the visualization backends."""
        panel = make_panel(self._rows, self.max_cell_side)
        runner.visualizer.add_image('val_samples', panel, runner.iter)
        self._rows = []

    @master_only
    def after_test(self, runner: Runner) -> None:
        """Draw the panel into the backends and into the file, if one is set.
        """
        panel = make_panel(self._rows, self.max_cell_side)
        # without runner.iter, which would load the training data
        runner.visualizer.add_image('test_samples', panel)
        if self.test_file is not None:
            path = Path(runner.work_dir) / self.test_file
            write_png(path, panel)
            print_log(f'Sample panel written to {path}', logger='current')
        self._rows = []

    @master_only
    def _choose_samples(self, loop: BaseLoop) -> None:
        num_local = sum(
            len(cast(Sized, loader.sampler))
            for loader in loop_dataloaders(loop))
        positions = np.linspace(0, num_local - 1,
                                min(self.num_samples, num_local))
        self._positions = set(positions.round().astype(int).tolist())
        self._num_seen = 0
        self._rows = []


def loop_dataloaders(loop: BaseLoop) -> List[DataLoader]:
    """All data loaders of a validation or test loop: MMagic's hold several,
    MMEngine's hold one."""
    return getattr(loop, 'dataloaders', None) or [loop.dataloader]
