"""Freed memory stays with the process."""
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
import torch
from hcl_mmagic.engine.allocator import (
    give_back_freed_memory, keep_freed_memory)
if sys.argv[1] == 'keep' and not keep_freed_memory():
    sys.exit(77)
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def use():
    return torch.ones(64 * 2**20 // 4)
# The heap takes some rounds to settle.
for _ in range(12):
    use()
before = faults()
for _ in range(20):
    use()
print(faults() - before)
resident = lambda: int(open('/proc/self/statm').read().split()[1])
kept = resident()
give_back_freed_memory()
print(kept - resident())
"""


@pytest.mark.slow
def test_large_blocks_are_used_again():
    counts = {}
    for mode in ('leave', 'keep'):
        run = subprocess.run([sys.executable, '-c', SCRIPT, mode],
                             capture_output=True,
                             text=True)
        if run.returncode == 77:
            pytest.skip('this C library has no mallopt')
        counts[mode], given_back = map(int, run.stdout.split())
    # Left alone, every block of 64 MiB comes page by page again.
    assert counts['keep'] * 20 < counts['leave']
    assert given_back > 0.9 * 64 * 2**20 / 4096
