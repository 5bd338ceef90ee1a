"""An end of training by the clock of the processor."""
import time
from typing import Optional

from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.runner import Runner

from hcl_mmagic.errors import ConfigError


@HOOKS.register_module()
class ProcessorTimeHook(Hook):
    """Ends training once this process has computed for so long.

    For comparing methods at equal cost: what counts is the time of all its
    threads on a core, whatever else the machine does; that of worker processes
    does not, so load the data with ``num_workers=0``. The iteration that
    passes the limit is the last one: its weights are saved and validated as
    at the end of any training. A resumed run begins to count anew.

    Args:
        seconds (float): Processor time of the training, validations
            included, above 0.

    Raises:
        ConfigError: If there is no time.
    """

    priority = 'VERY_HIGH'

    def __init__(self, *, seconds: float) -> None:
        if seconds <= 0:
            raise ConfigError('ProcessorTimeHook: seconds must be above 0, '
                              f'got {seconds}')
        self.seconds = seconds
        self._start = 0.

    def before_train(self, runner: Runner) -> None:
        """Start the clock."""
        self._start = time.process_time()

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: DATA_BATCH = None,
                         outputs: Optional[dict] = None) -> None:
        """Make this iteration the last one, if the time is up."""
        if time.process_time() - self._start < self.seconds:
            return
        if runner.iter + 1 < runner.max_iters:
            runner.logger.info(
                f'{self.seconds} seconds of processor time are up after '
                f'{runner.iter + 1} iterations.')
            # The loop has no other way to be told.
            runner.train_loop._max_iters = runner.iter + 1
