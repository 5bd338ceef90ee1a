"""The Frechet distance against scipy, MMagic and cases worked by hand."""
import numpy as np
import pytest
from mmagic.evaluation.metrics.fid import FrechetInceptionDistance
from scipy import linalg

from hcl_mmagic.evaluation.functional import frechet_distance


def draw(count, size, seed, shift=0.0):
    """Correlated features ``(count, size)``."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(size, size))
    return (rng.normal(size=(count, size)) @ mixing + shift).astype(np.float32)


def _reference_scipy(features, others):
    difference = features.mean(0, np.float64) - others.mean(0, np.float64)
    covariances = [np.cov(f.astype(float), rowvar=False)
                   for f in (features, others)]  # yapf: disable
    root = linalg.sqrtm(covariances[0] @ covariances[1])
    return difference @ difference + np.trace(covariances[0] + covariances[1] -
                                              2 * root.real)


@pytest.mark.parametrize('counts', [(40, 50), (500, 30), (500, 400)])
def test_distance_equals_scipys_matrix_root(counts):
    features = draw(counts[0], 16, 0)
    others = draw(counts[1], 16, 1, shift=0.5)
    assert frechet_distance(features, others) == pytest.approx(
        _reference_scipy(features, others), rel=1e-6)


def test_distance_equals_mmagics():
    features, others = draw(40, 16, 0).astype(float), draw(50, 16, 1)
    others = others.astype(float)
    expected = FrechetInceptionDistance._calc_fid(
        features.mean(0), np.cov(features, rowvar=False), others.mean(0),
        np.cov(others, rowvar=False))[0]
    assert frechet_distance(features, others) == pytest.approx(expected)


def test_fewer_images_than_features_are_exact():
    """Both sets lie in a plane, where the small covariances are regular."""
    plane = linalg.qr(draw(64, 64, 2))[0][:2]
    features, others = draw(9, 2, 0), draw(8, 2, 1, shift=0.5)
    assert frechet_distance(features @ plane, others @ plane) == pytest.approx(
        _reference_scipy(features, others), rel=1e-5)


def test_one_dimension_by_hand():
    features = np.array([[0.], [2.]])  # mean 1, variance 2
    others = np.array([[1.], [9.]])  # mean 5, variance 32
    expected = 4**2 + (np.sqrt(32) - np.sqrt(2))**2
    assert frechet_distance(features, others) == pytest.approx(expected)


def test_equal_sets_have_no_distance():
    features = draw(20, 16, 0)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(features, features[::-1]) < 1e-9


def test_one_image_is_refused():
    with pytest.raises(ValueError, match='N >= 2'):
        frechet_distance(np.ones((1, 4)), np.ones((3, 4)))


def test_features_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match='got 4 and 5'):
        frechet_distance(np.ones((3, 4)), np.ones((3, 5)))
