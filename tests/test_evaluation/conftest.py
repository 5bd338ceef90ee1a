"""What the evaluation tests share."""
import importlib.util
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[1] / 'reference' / 'evaluation_runner.py'


@pytest.fixture(scope='session')
def evaluation_runner():
    """The module ``tests/reference/evaluation_runner.py``."""
    spec = importlib.util.spec_from_file_location('evaluation_runner',
                                                  REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
