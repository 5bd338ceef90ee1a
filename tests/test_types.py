"""The types of package and tools fit together."""
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_mypy_finds_nothing() -> None:
    """What it reads and how strict it is stands in setup.cfg; its cache, in
    .mypy_cache, makes the next run a matter of seconds."""
    result = subprocess.run([sys.executable, '-m', 'mypy'],
                            cwd=Path(__file__).parents[1],
                            capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stdout + result.stderr
