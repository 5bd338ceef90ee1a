"""A photograph that is not damaged."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms import NoCorruption


@pytest.fixture
def photograph():
    return np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)


def test_the_picture_is_the_truth_and_the_mask_is_empty(photograph):
    results = NoCorruption()(dict(gt=photograph, gt_channel_order='rgb'))
    np.testing.assert_array_equal(results['img'], photograph)
    assert results['mask'].shape == (6, 8, 1)
    assert results['mask'].dtype == np.float32 and not results['mask'].any()
    np.testing.assert_array_equal(results['alpha'], results['mask'])
    assert results['corruption'] == 'no'
    assert results['img_channel_order'] == 'rgb'


def test_the_truth_does_not_change_with_the_picture(photograph):
    results = NoCorruption()(dict(gt=photograph))
    before = photograph.copy()
    results['img'][:] = 0
    np.testing.assert_array_equal(results['gt'], before)


def test_what_is_no_colour_picture_is_refused(photograph):
    with pytest.raises(ValueError, match='a.png: the clean image must be'):
        NoCorruption()(dict(gt=photograph[..., 0], gt_path='a.png'))
