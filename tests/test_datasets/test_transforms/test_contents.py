"""Tests of hcl_mmagic/datasets/transforms/contents.py."""
import os

import numpy as np
import pytest

from hcl_mmagic.datasets.image_files import UnreadableImageError, read_image
from hcl_mmagic.datasets.transforms import (ConstantColorContent,
                                            GaussianNoiseContent, ImageContent,
                                            PackagedContent,
                                            SaltAndPepperContent,
                                            UniformNoiseContent)
from hcl_mmagic.errors import DataNotFoundError

GT = np.zeros((32, 48, 3), np.uint8)


def _content(transform, **results) -> np.ndarray:
    content = transform(dict(gt=GT, **results))['content']
    assert content.shape == GT.shape and content.dtype == np.uint8
    return content


def _shows(content: np.ndarray, path) -> bool:
    """Whether the content is a crop of the picture."""
    windows = np.lib.stride_tricks.sliding_window_view(
        read_image(str(path)), content.shape)
    return bool((windows == content).all(axis=(-3, -2, -1)).any())


def test_content_is_a_crop_of_an_image_at_its_own_size(save_images):
    folder = save_images('noise', 3)
    content = _content(ImageContent(folder=str(folder)))
    assert sum(_shows(content, path) for path in folder.iterdir()) == 1


def test_every_image_and_many_crops_come_up(save_images):
    folder = save_images('noise', 3)
    transform = ImageContent(folder=str(folder))
    np.random.seed(0)
    contents = {_content(transform).tobytes() for _ in range(60)}
    assert len(contents) > 30
    shown = {
        path.name
        for content in contents
        for path in folder.iterdir()
        if _shows(np.frombuffer(content, np.uint8).reshape(GT.shape), path)
    }
    assert shown == {'000.jpg', '001.jpg', '002.jpg'}


def test_crops_reach_both_ends_of_the_image(save_images):
    folder = save_images('noise', 1, size=(33, 49))
    whole = read_image(str(folder / '000.jpg'))
    transform = ImageContent(folder=str(folder))
    crops = {
        whole[top:top + 32, left:left + 48].tobytes()
        for top in (0, 1)
        for left in (0, 1)
    }
    assert {_content(transform).tobytes() for _ in range(60)} == crops


def test_small_images_are_enlarged_and_large_ones_shrunk(save_images):
    folder = save_images('noise', 2, size=(20, 20))
    _content(ImageContent(folder=str(folder)))
    folder = save_images('large', 1, size=(64, 96))
    content = _content(ImageContent(folder=str(folder), short_side=32))
    whole = read_image(str(folder / '000.jpg')).astype(float)
    assert abs(content.mean() - whole.mean()) < 1


def test_the_clean_photograph_is_never_its_own_content(save_images):
    folder = save_images('noise', 2)
    (folder / 'link.jpg').symlink_to(folder / '000.jpg')
    transform = ImageContent(folder=str(folder))
    for _ in range(20):
        content = _content(transform, gt_path=str(folder / '000.jpg'))
        assert _shows(content, folder / '001.jpg')


def test_no_other_image_is_an_error(save_images):
    folder = save_images('noise', 1)
    path = str(folder / '000.jpg')
    with pytest.raises(UnreadableImageError, match='the photograph itself'):
        _content(ImageContent(folder=str(folder)), gt_path=path)


def test_an_unreadable_image_is_named_and_replaced_by_the_next(save_images):
    folder = save_images('noise', 2)
    cut = folder / '000.jpg'
    cut.write_bytes(cut.read_bytes()[:-300])
    transform = ImageContent(folder=str(folder))
    with pytest.warns(UserWarning, match='000.jpg'):
        for _ in range(10):
            assert _shows(_content(transform), folder / '001.jpg')


def test_images_are_chosen_by_the_order_of_their_names(save_images, tmp_path):
    folder = str(save_images('noise', 5))
    names = [os.path.basename(path) for path in ImageContent(
        folder=folder, start=1, stop=-1).paths]  # yapf: disable
    assert names == ['001.jpg', '002.jpg', '003.jpg']
    (tmp_path / 'list.txt').write_text('004.jpg\n')
    listed = ImageContent(folder=folder, list_file=str(tmp_path / 'list.txt'))
    assert listed.paths == [os.path.join(folder, '004.jpg')]


def test_a_missing_folder_and_an_empty_choice_are_refused(save_images):
    with pytest.raises(DataNotFoundError, match='/nowhere does not exist'):
        ImageContent(folder='/nowhere')
    with pytest.raises(ValueError, match='No image file is left'):
        ImageContent(folder=str(save_images('noise', 2)), start=2)
    with pytest.raises(ValueError, match='single folder'):
        ImageContent(folder=['a', 'b'], list_file='list.txt')


def test_packaged_content_needs_no_folder():
    _content(PackagedContent(split=['noise_train', 'train'], short_side=40))


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
