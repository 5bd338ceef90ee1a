"""The types that the page's modules tell fit together."""
import subprocess

import pytest
from page_modules import ROOT

DEMO = ROOT / 'docs/demo'
CHECKER = DEMO / 'node_modules/.bin/tsc'


@pytest.mark.skipif(
    not CHECKER.exists(), reason='needs npm ci --prefix docs/demo')
def test_types() -> None:
    done = subprocess.run([CHECKER, '-p', DEMO],
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout
