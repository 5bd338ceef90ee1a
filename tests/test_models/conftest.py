"""Recorded outputs of the reference implementation."""

from pathlib import Path
from typing import Dict

import numpy as np
import pytest


@pytest.fixture(scope='session')
def recorded_detection() -> Dict[str, np.ndarray]:
    """Projections of three 64 px pictures and all that was made of them.

    Masks there are 1 = intact, and cluster 0 is the intact one.
    """
    path = Path(__file__).parents[1] / 'data' / 'parity_detection.npz'
    with np.load(path) as arrays:
        return dict(arrays)
