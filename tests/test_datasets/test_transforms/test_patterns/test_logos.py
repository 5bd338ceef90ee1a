"""Tests of hcl_mmagic/datasets/transforms/patterns/logos.py."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms.patterns.logos import draw_logo


@pytest.mark.parametrize('side', [12, 80])
def test_logos_stand_in_the_middle_of_their_square(side):
    for seed in range(12):
        np.random.seed(seed)
        share = draw_logo(side)
        assert share.shape == (side, side) and share.dtype == np.float32
        assert 0.03 < share.mean() < 0.8
        rows, columns = np.nonzero(share > 0.1)
        assert np.ptp(rows) > 0.5 * side and np.ptp(columns) > 0.5 * side


def test_no_two_logos_are_the_same():
    np.random.seed(0)
    assert len({draw_logo(40).tobytes() for _ in range(20)}) == 20
