"""Tests of hcl_mmagic/datasets/transforms/drawn_contents.py."""
import numpy as np
import pytest

from hcl_mmagic.datasets.transforms import (ColoredNoiseContent,
                                            ConstantColorContent,
                                            GaussianNoiseContent,
                                            GradientContent, GrainContent,
                                            SaltAndPepperContent,
                                            UniformNoiseContent)

GT = np.zeros((32, 48, 3), np.uint8)


def _content(transform, gt=GT) -> np.ndarray:
    content = transform(dict(gt=gt))['content']
    assert content.shape == gt.shape and content.dtype == np.uint8
    return content


def test_constant_colour_is_one_colour_per_image():
    transform = ConstantColorContent()
    np.random.seed(0)
    contents = [_content(transform) for _ in range(200)]
    assert all((c == c[0, 0]).all() for c in contents)
    colours = np.array([c[0, 0] for c in contents])
    assert np.abs(colours.mean(axis=0) - 127.5).max() < 20
    assert colours.min() < 10 and colours.max() > 245


def test_black_and_white_belong_to_the_range(monkeypatch):
    """The least and the largest number of what NumPy draws from."""
    for draw, expected in ((0, 0), (-1, 255)):

        def draw_integers(high, size, draw=draw):
            return np.full(size, np.arange(high)[draw])

        monkeypatch.setattr(np.random, 'randint', draw_integers)
        for transform in (ConstantColorContent(), UniformNoiseContent()):
            assert (_content(transform) == expected).all()


def test_uniform_noise_has_the_moments_of_its_distribution():
    np.random.seed(0)
    content = _content(UniformNoiseContent())
    assert abs(content.mean() - 127.5) < 4
    assert abs(content.std() - 256 / 12**0.5) < 3


def test_gaussian_noise_has_the_moments_of_its_distribution():
    np.random.seed(0)
    content = _content(GaussianNoiseContent(mean=100, std=20))
    assert abs(content.mean() - 100) < 1.5 and abs(content.std() - 20) < 1
    loud = _content(GaussianNoiseContent(std=1e4))
    assert np.isin(loud, (0, 255)).mean() > 0.97  # clipped, not wrapped
    with pytest.raises(ValueError, match='std must not be negative'):
        GaussianNoiseContent(std=-1)


@pytest.mark.parametrize('amount, salt_share', [(0.3, 0.5), (0.8, 0.2),
                                                (1, 1)])
def test_salt_and_pepper_have_their_shares(amount, salt_share):
    gt = np.full((100, 120, 3), 90, np.uint8)
    content = SaltAndPepperContent(
        amount=amount, salt_share=salt_share)(dict(gt=gt))['content']
    assert (content == content[..., :1]).all()
    shares = [(content[..., 0] == value).mean() for value in (255, 0, 90)]
    expected = [amount * salt_share, amount * (1 - salt_share), 1 - amount]
    np.testing.assert_allclose(shares, expected, atol=0.02)


def test_salt_and_pepper_leave_the_photograph_alone():
    gt = np.full((10, 12, 3), 90.4, np.float32)
    content = SaltAndPepperContent()(dict(gt=gt))['content']
    assert content.dtype == np.uint8 and (gt == np.float32(90.4)).all()
    assert set(np.unique(content)) == {0, 90, 255}


@pytest.mark.parametrize('arguments, message', [
    (dict(amount=0), r'amount must be in \(0, 1\], got 0'),
    (dict(salt_share=1.1), 'salt_share must be from 0 to 1'),
])
def test_impossible_shares_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        SaltAndPepperContent(**arguments)


def test_a_gradient_is_a_plane_between_two_colours():
    np.random.seed(0)
    rows, columns = np.mgrid[:32, :48]
    ones = np.ones(GT.shape[:2])
    plane = np.stack([rows, columns, ones], axis=-1).reshape(-1, 3)
    for _ in range(5):
        content = _content(GradientContent()).reshape(-1, 3).astype(float)
        fit, *_ = np.linalg.lstsq(plane, content, rcond=None)
        assert np.abs(plane @ fit - content).max() < 1
        assert np.ptp(content, axis=0).max() > 20


def test_coloured_noise_has_its_deviation_about_one_colour():
    gt = np.zeros((200, 200, 3), np.uint8)
    transform = ColoredNoiseContent(
        std_range=(9, 9), cell_range=(1, 1), grey_probability=0)
    means = []
    for seed in range(8):
        np.random.seed(seed)
        content = _content(transform, gt).astype(float)
        means.append(content.mean((0, 1)))
        if means[-1].min() < 35 or means[-1].max() > 220:  # cut off
            continue
        np.testing.assert_allclose(content.std((0, 1)), 9, atol=0.3)
        assert abs(np.corrcoef(content.reshape(-1, 3).T)[0, 1]) < 0.05
    assert np.ptp(means, axis=0).min() > 100


def test_coarse_noise_is_alike_in_neighbours_and_grey_in_all_channels():
    gt = np.zeros((200, 200, 3), np.uint8)
    correlations = []
    for cell in (1, 8):
        transform = ColoredNoiseContent(
            std_range=(2, 2), cell_range=(cell, cell), grey_probability=1)
        np.random.seed(4)
        content = _content(transform, gt).astype(float)
        assert np.corrcoef(content.reshape(-1, 3).T)[0, 2] > 0.9
        correlations.append(
            np.corrcoef(content[:, 1:, 0].ravel(), content[:, :-1,
                                                           0].ravel())[0, 1])
    assert correlations[0] < 0.2 and correlations[1] > 0.9


def test_grain_lies_on_the_photograph():
    gt = np.full((200, 200, 3), 120, np.uint8)
    gt[:100] = 60
    np.random.seed(0)
    content = _content(
        GrainContent(std_range=(12, 12), grey_probability=0), gt).astype(float)
    for half, mean in (content[:100], 60), (content[100:], 120):
        assert abs(half.mean() - mean) < 0.5
        assert abs(half.std() - 12) < 0.2


@pytest.mark.parametrize('transform, arguments, message', [
    (ColoredNoiseContent, dict(std_range=(-1, 1)), 'std_range must be'),
    (ColoredNoiseContent, dict(cell_range=(0, 1)), 'cell_range must be'),
    (ColoredNoiseContent, dict(grey_probability=2), 'grey_probability must'),
    (GrainContent, dict(std_range=(-1, 1)), 'std_range must be'),
    (GrainContent, dict(grey_probability=2), 'grey_probability must be'),
])
def test_impossible_noise_is_refused(transform, arguments, message):
    with pytest.raises(ValueError, match=message):
        transform(**arguments)
