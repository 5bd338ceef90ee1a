"""Tests of hcl_mmagic/datasets/transforms/patterns/film_damage.py."""
import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.datasets.transforms import FilmDamageCorruption
from hcl_mmagic.errors import DataNotFoundError, PhotographError

GREY = np.full((200, 200, 3), 128, np.uint8)
ONE = dict(
    num_shapes=(1, 1),
    opacity_range=(1, 1),
    colors=[(250, 250, 250)],
    ratio_range=(0, 1),
    max_draws=1)


def _damage(transform, seed=0) -> dict:
    np.random.seed(seed)
    return transform(dict(gt=GREY))


@pytest.fixture
def shapes(tmp_path):
    """Ten files of a kind: a bar of 20 x (5 to 14) pixels, half opaque at its
    lower half."""
    folder = tmp_path / 'film/hair'
    folder.mkdir(parents=True)
    for number in range(10):
        shape = np.zeros((100, 100), np.uint8)
        shape[40:50, 40:45 + number] = 255
        shape[50:60, 40:45 + number] = 128
        Image.fromarray(shape).save(folder / f'{number}.png')
    return tmp_path / 'film'


@pytest.mark.parametrize('size', [0.5, 1, 2])
def test_the_shape_is_scaled_with_the_photograph(shapes, size):
    transform = FilmDamageCorruption(
        folder=str(shapes), part=(0.9, 1), size_range=(size, size), **ONE)
    # A bar of 14 pixels in a file of 100, on a short side of 200.
    expected = (20 * 14 * 0.75) * (2 * size)**2
    areas = [_damage(transform, seed)['alpha'].sum() for seed in range(30)]
    assert abs(np.max(areas) / expected - 1) < 0.08  # others are cut


def test_shapes_are_turned_and_mirrored_and_put_anywhere(shapes):
    transform = FilmDamageCorruption(
        folder=str(shapes), size_range=(0.5, 0.5), **ONE)
    places, angles = [], []
    for seed in range(60):
        rows, columns = np.nonzero(_damage(transform, seed)['mask'][..., 0])
        if len(rows) > 10:
            places.append((rows.mean(), columns.mean()))
            _, axes = np.linalg.eigh(np.cov(columns, rows))
            angles.append(np.arctan2(*axes[::-1, 1]) % np.pi)
    assert (np.ptp(places, axis=0) > 140).all()
    assert (np.histogram(angles, 4, (0, np.pi))[0] > 3).all()


def test_opacity_and_colour_are_as_given(shapes):
    results = _damage(
        FilmDamageCorruption(
            folder=str(shapes),
            size_range=(2, 2),
            **{
                **ONE, 'opacity_range': (0.5, 0.5)
            }), 1)
    alpha = results['alpha'][..., 0]
    assert abs(alpha.max() - 0.5) < 0.01
    # The colour of a shape strays a little from that of the others.
    expected = GREY[..., 0] + alpha * (250. - 128)
    assert np.abs(results['img'][..., 0] - expected).max() < 10


def test_parts_share_no_file(shapes):
    train, test = (
        FilmDamageCorruption(folder=str(shapes), part=part).kinds[0]
        for part in ((0, 0.9), (0.9, 1)))
    assert len(train) == 9 and len(test) == 1
    assert not set(train) & set(test) and max(train) < test[0]


def test_kinds_are_drawn_equally_often(shapes):
    (shapes / 'dot').mkdir()
    dot = np.zeros((100, 100), np.uint8)
    dot[45:55, 45:55] = 255
    Image.fromarray(dot).save(shapes / 'dot/0.png')
    transform = FilmDamageCorruption(folder=str(shapes))
    assert sorted(len(paths) for paths in transform.kinds) == [1, 10]


def test_bright_and_dark_and_vivid_colours_come_up(shapes):
    transform = FilmDamageCorruption(folder=str(shapes), color_probability=0.2)
    np.random.seed(0)
    colors = np.array([transform._random_color() for _ in range(400)])
    grey = np.ptp(colors, axis=1) < 40
    assert 0.75 < grey.mean() < 0.9
    assert 0.4 < (colors[grey].mean(axis=1) > 128).mean() < 0.75


def test_an_empty_file_leaves_the_photograph_as_it_is(tmp_path):
    Image.new('L', (30, 30)).save(tmp_path / 'empty.png')
    results = _damage(FilmDamageCorruption(folder=str(tmp_path), **ONE))
    assert not results['mask'].any() and (results['img'] == GREY).all()


def test_missing_empty_and_broken_folders_are_named(tmp_path, shapes):
    with pytest.raises(DataNotFoundError, match='/nowhere does not exist'):
        FilmDamageCorruption(folder='/nowhere')
    with pytest.raises(
            DataNotFoundError,
            match='hair has 10 shapes, of which '
            r'none is in the part \(0.5, 0.51\)'):
        FilmDamageCorruption(folder=str(shapes), part=(0.5, 0.51))
    (tmp_path / 'broken').mkdir()
    (tmp_path / 'broken/a.png').write_text('no picture')
    with pytest.raises(PhotographError, match='a.png is no photograph'):
        _damage(FilmDamageCorruption(folder=str(tmp_path / 'broken')))


@pytest.mark.parametrize('arguments, message', [
    (dict(part=(0, 2)), 'part must be at most 1'),
    (dict(num_shapes=(0, 1)), 'num_shapes must be'),
    (dict(size_range=(0, 1)), 'size_range must be'),
    (dict(opacity_range=(0, 2)), 'opacity_range must be'),
    (dict(color_probability=2), 'color_probability must be'),
])
def test_impossible_arguments_are_refused(shapes, arguments, message):
    with pytest.raises(ValueError, match=message):
        FilmDamageCorruption(folder=str(shapes), **arguments)
