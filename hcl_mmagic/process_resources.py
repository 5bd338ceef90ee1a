"""What this process has of the machine."""
import os
import sys
from typing import Optional

_LINUX_STATUS = '/proc/self/status'


def peak_memory() -> Optional[int]:
    """Most memory, in bytes, that the process has held; None where the system
    does not say (Windows)."""
    # Elsewhere a process may be told the peak of the one that started it.
    if os.path.exists(_LINUX_STATUS):
        with open(_LINUX_STATUS, encoding='utf-8') as file:
            for line in file:
                if line.startswith('VmHWM:'):
                    return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == 'darwin' else peak * 1024


def available_cores() -> int:
    """Cores that the process may run on."""
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
