"""Tests of hcl_mmagic/datasets/transforms/contents.py."""
import os

import numpy as np
import pytest
from mmcv.transforms.utils import cache_random_params

from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.datasets.transforms import ImageContent, PackagedContent
from hcl_mmagic.errors import DataNotFoundError, PhotographError
from hcl_mmagic.photographs.eight_bits import read_image

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
    with pytest.raises(PhotographError, match='the photograph itself'):
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


def test_images_are_shown_at_every_short_side_of_a_range(save_images):
    folder = save_images('noise', 1, size=(40, 40))
    path = str(folder / '000.jpg')
    transform = ImageContent(folder=str(folder), short_side=(48, 192))
    np.random.seed(0)
    sides = np.array([transform.random_short_side() for _ in range(800)])
    assert sides.min() >= 48 and sides.max() <= 192
    # Two doublings, each equally likely.
    assert abs((sides < 96).mean() - 0.5) < 0.06
    with cache_random_params(transform):
        content = _content(transform)
        side = transform.random_short_side()
    windows = np.lib.stride_tricks.sliding_window_view(
        read_resized(path, side), GT.shape)
    assert (windows == content).all(axis=(-3, -2, -1)).any()


def test_an_impossible_range_of_short_sides_is_refused(save_images):
    folder = str(save_images('noise', 1))
    with pytest.raises(ValueError, match='short_side must be'):
        ImageContent(folder=folder, short_side=(90, 20))
