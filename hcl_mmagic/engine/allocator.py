"""Memory that stays with the process instead of going back and forth."""
import ctypes
import sys
from typing import Callable, Optional

# Names of glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGEST = 2**30  # bytes; mallopt takes an int


def keep_freed_memory() -> bool:
    """Let freed blocks serve the next tensors of a CPU; whether the C library
    has such a switch and took it.

    glibc asks the system for every block over 32 MB anew and gives it back
    when it is freed. The system then hands out its pages one by one, zeroed:
    for the maps of a 512 px picture that takes longer than most functions of
    them, see ``docs/benchmarks.md``. The process keeps what it has needed at
    its peak.
    """
    mallopt = _find('mallopt')
    return mallopt is not None and all(
        mallopt(option, _LARGEST)
        for option in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD))


def give_back_freed_memory() -> None:
    """Return to the system what the process has freed, if glibc can."""
    malloc_trim = _find('malloc_trim')
    if malloc_trim is not None:
        malloc_trim(0)


def _find(name: str) -> Optional[Callable[..., int]]:
    """A function of glibc; None elsewhere."""
    if not sys.platform.startswith('linux'):
        return None
    return getattr(ctypes.CDLL(None), name, None)
