"""The most memory that a run needs at once."""
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import torch

from ...engine.allocator import give_back_freed_memory
from ...errors import HCLError
from ...process_resources import peak_memory

SAMPLES_EVERY = 0.005  # seconds
STATISTICS = Path('/proc/self/statm')


class PeakMemory:
    """Watches the memory of a GPU, or of this process.

    On a GPU: the most that torch's allocator has handed out, weights included.
    On a CPU: the resident memory of the process, sampled every few
    milliseconds, less what was resident when this object was made, plus the
    weights. So the interpreter, the libraries and the photographs do not
    count; what does are activations, gradients, the optimizer's state, and
    whatever the C library, a math library or torch's compiler keeps for later.
    Make this object after the model and before its first run.
    """

    def __init__(self, device: torch.device, weight_bytes: int) -> None:
        self.device = device
        self.peak_bytes = weight_bytes
        give_back_freed_memory()
        self._offset = weight_bytes - resident_bytes()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch what runs inside."""
        if self.device.type == 'cuda':
            torch.cuda.reset_peak_memory_stats(self.device)
            yield
            self.peak_bytes = torch.cuda.max_memory_allocated(self.device)
            return
        done = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(done, ))
        sampler.start()
        try:
            yield
        finally:
            done.set()
            sampler.join()

    def _sample(self, done: threading.Event) -> None:
        finished = False
        while not finished:
            finished = done.wait(SAMPLES_EVERY)
            self.peak_bytes = max(self.peak_bytes,
                                  resident_bytes() + self._offset)


def resident_bytes() -> int:
    """Resident memory of this process; where the system does not tell it, the
    most that there was since its start; an HCLError if it tells neither."""
    if STATISTICS.is_file():
        pages = int(STATISTICS.read_text().split()[1])
        return pages * os.sysconf('SC_PAGE_SIZE')
    peak = peak_memory()
    if peak is None:
        raise HCLError('This system does not tell the memory of a process: '
                       'measure on Linux or macOS.')
    return peak
