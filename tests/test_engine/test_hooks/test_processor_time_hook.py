"""Training ends by the processor's clock."""
import logging
from types import SimpleNamespace

import pytest

from hcl_mmagic.engine.hooks import ProcessorTimeHook
from hcl_mmagic.engine.hooks import processor_time_hook as module
from hcl_mmagic.errors import ConfigError


class Loop:
    """A loop of ten iterations, each of which takes 2 seconds."""

    def __init__(self, clock: list) -> None:
        self.clock = clock
        self.train_loop = SimpleNamespace(_max_iters=10)
        self.logger = logging.getLogger('test')
        self.iter = 0

    @property
    def max_iters(self) -> int:
        return self.train_loop._max_iters

    def run(self, hook: ProcessorTimeHook) -> int:
        hook.before_train(self)
        while self.iter < self.max_iters:
            self.clock[0] += 2.
            hook.after_train_iter(self, self.iter)
            self.iter += 1
        return self.iter


@pytest.mark.parametrize('seconds, iterations', [(1, 1), (5, 3), (6, 3),
                                                 (99, 10)])
def test_the_iteration_that_passes_the_limit_is_the_last(
        monkeypatch: pytest.MonkeyPatch, seconds: float,
        iterations: int) -> None:
    clock = [100.]
    monkeypatch.setattr(module.time, 'process_time', lambda: clock[0])
    assert Loop(clock).run(ProcessorTimeHook(seconds=seconds)) == iterations


def test_no_time_is_refused() -> None:
    with pytest.raises(ConfigError, match='seconds must be above 0, got 0'):
        ProcessorTimeHook(seconds=0)
