"""Tests of hcl_mmagic/datasets/transforms/loading.py."""
import numpy as np
import pytest
from mmagic.datasets.transforms import LoadImageFromFile, Resize
from mmcv.transforms.utils import cache_random_params
from PIL import Image

from hcl_mmagic.datasets.transforms import (LoadPairedPhotograph,
                                            LoadRandomCrop,
                                            LoadResizedPhotograph)
from hcl_mmagic.datasets.transforms.loading import find_difference
from hcl_mmagic.errors import DataMismatchError, PhotographError
from hcl_mmagic.photographs.eight_bits import read_image


def test_equals_loading_and_resizing_by_mmagic(save_images):
    path = str(save_images('clean', 1, size=(60, 90)) / '000.jpg')
    results = LoadResizedPhotograph(short_side=20)(dict(gt_path=path))
    expected = LoadImageFromFile('gt', channel_order='rgb')(dict(gt_path=path))
    expected = Resize(['gt'], (-1, 20), True, backend='pillow')(expected)
    # PIL and OpenCV decode JPEG files to slightly different values
    difference = np.abs(results['gt'].astype(int) - expected['gt'])
    assert results['gt'].shape == (20, 30, 3) and difference.max() <= 2
    for key in ('gt_channel_order', 'gt_color_type'):
        assert results[key] == expected[key]


def test_later_transforms_cannot_change_the_remembered_picture(save_images):
    path = str(save_images('clean', 1) / '000.jpg')
    first = LoadResizedPhotograph()(dict(gt_path=path))['gt']
    kept = first.copy()
    first[:] = 0
    second = LoadResizedPhotograph()(dict(gt_path=path))['gt']
    assert (second == kept).all()


def test_a_random_crop_is_that_part_of_the_resized_photograph(tmp_path):
    # Of a picture that changes linearly, resizing and cropping commute.
    rows, columns = np.mgrid[:90, :120]
    pixels = np.stack([2 * rows, 2 * columns, 255 - 2 * columns], axis=-1)
    path = str(tmp_path / 'a.png')
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    transform = LoadRandomCrop(crop_size=30, short_side_range=(45, 45))
    np.random.seed(0)
    for _ in range(5):
        with cache_random_params(transform):
            results = transform(dict(gt_path=path))
            top, left, side = transform.random_crop(90, 120)
        assert side == 60 and results['ori_gt_shape'] == (90, 120, 3)
        resized = LoadResizedPhotograph(short_side=45)(dict(gt_path=path))
        expected = resized['gt'].astype(float)
        center = results['gt'][5:-5, 5:-5].astype(float)
        shifted = expected[round(top / 2) + 5:, round(left / 2) + 5:][:20, :20]
        assert np.abs(center - shifted).max() <= 3


def test_short_sides_are_drawn_evenly_by_doublings_but_not_enlarged():
    transform = LoadRandomCrop(crop_size=50, short_side_range=(50, 800))
    np.random.seed(0)
    crops = np.array([transform.random_crop(320, 400) for _ in range(2000)])
    sides = 50 * 320 / crops[:, 2]  # short side of the whole photograph
    assert sides.min() < 51 and 390 < sides.max() <= 404
    # Three doublings from 50 to 400.
    for low in (50, 100, 200):
        share = ((sides >= low) & (sides < 2 * low)).mean()
        assert abs(share - 1 / 3) < 0.04
    assert (crops[:, 0] + crops[:, 2] <= 320).all()
    assert (crops[:, 1] + crops[:, 2] <= 400).all()


def test_a_photograph_smaller_than_the_crop_is_enlarged(save_images):
    path = str(save_images('clean', 1, size=(20, 30)) / '000.jpg')
    gt = LoadRandomCrop(
        crop_size=64, short_side_range=(64, 256))(dict(gt_path=path))['gt']
    assert gt.shape == (64, 64, 3)
    whole = read_image(path).astype(float)
    assert abs(gt.mean() - whole.mean()) < 40


def test_a_crop_larger_than_the_smallest_short_side_is_refused():
    with pytest.raises(ValueError, match='short_side_range must be'):
        LoadRandomCrop(crop_size=64, short_side_range=(32, 256))


SQUARE = np.s_[8:20, 10:30]


@pytest.fixture
def pair(save_images, tmp_path):
    """Paths of a clean photograph and one with a square turned negative."""
    gt_path = str(save_images('clean', 1, size=(40, 60)) / '000.jpg')
    picture = np.array(Image.open(gt_path))
    picture[SQUARE] = np.where(picture[SQUARE] > 127, 0, 255)
    Image.fromarray(picture).save(tmp_path / 'damaged.png')
    return dict(gt_path=gt_path, img_path=str(tmp_path / 'damaged.png'))


def _save_mask(tmp_path, mask):
    Image.fromarray(mask).save(tmp_path / 'mask.png')
    return str(tmp_path / 'mask.png')


def _square(inside=255, outside=0, shape=(40, 60)):
    mask = np.full(shape, outside, np.uint8)
    mask[SQUARE] = inside
    return mask


def test_without_a_file_the_mask_is_where_a_pair_differs(pair):
    results = LoadPairedPhotograph()(dict(pair))
    assert results['img'].dtype == results['gt'].dtype == np.uint8
    assert results['mask'].dtype == np.float32
    assert (results['mask'][..., 0] == _square(1)).all()
    for key in ('img', 'gt'):
        assert results[f'{key}_channel_order'] == 'rgb'
    expected = np.array(Image.open(pair['img_path']))
    assert (results['img'] == expected).all()


def test_the_difference_is_the_largest_of_the_channels():
    rng = np.random.default_rng(0)
    img, gt = rng.integers(256, size=(2, 9, 7, 3), dtype=np.uint8)
    for threshold in (0, 20.5, 200):
        expected = [[
            max(abs(int(a) - int(b)) for a, b in zip(*pixels)) > threshold
            for pixels in zip(*rows)
        ] for rows in zip(img, gt)]
        assert (find_difference(img, gt, threshold) == expected).all()


def test_a_difference_at_the_threshold_is_intact():
    gt = np.full((1, 3, 3), 100, np.uint8)
    img = gt.copy()
    img[0, :, 1] = 120, 121, 79
    assert find_difference(img, gt, 20).tolist() == [[False, True, True]]


def test_resized_pairs_are_compared_at_the_size_of_training(pair):
    small = LoadPairedPhotograph(short_side=20)(dict(pair))
    assert small['img'].shape == small['gt'].shape == (20, 30, 3)
    expected = LoadResizedPhotograph(short_side=20)(dict(pair))['gt']
    assert (small['gt'] == expected).all()
    differs = find_difference(small['img'], small['gt'], 20)
    assert (small['mask'][..., 0] == differs).all()


def test_a_square_is_that_of_pil_and_its_grey_mask_is_cut_afterwards(
        pair, tmp_path):
    grey = np.random.default_rng(0).integers(
        256, size=(40, 60), dtype=np.uint8)
    pair['mask_path'] = _save_mask(tmp_path, grey)
    results = LoadPairedPhotograph(short_side=16, square=True)(dict(pair))
    for key in ('img', 'gt'):
        expected = Image.open(pair[f'{key}_path']).resize((16, 16),
                                                          Image.BILINEAR)
        difference = results[key].astype(int) - np.asarray(expected)
        assert results[key].shape == (16, 16, 3) and abs(difference).max() <= 1
    small = np.asarray(Image.fromarray(grey).resize((16, 16), Image.BILINEAR))
    clear = abs(small - 127.5) > 2  # PIL rounds before it is cut
    assert clear.mean() > 0.8
    assert ((results['mask'][..., 0] > 0) == (small > 127.5))[clear].all()


@pytest.mark.parametrize('invert', [False, True])
@pytest.mark.parametrize('white', [1, 255])
def test_in_mask_files_white_is_corrupted_unless_inverted(
        pair, tmp_path, invert, white):
    pair['mask_path'] = _save_mask(tmp_path, _square(white))
    loader = LoadPairedPhotograph(short_side=20, invert_mask=invert)
    mask = loader(dict(pair))['mask']
    assert mask.shape == (20, 30, 1) and mask.dtype == np.float32
    expected = np.zeros((20, 30), bool)
    expected[4:10, 5:15] = True
    assert (mask[..., 0] == (expected != invert)).all()


def test_grey_values_of_a_mask_file_are_cut_at_the_threshold(pair, tmp_path):
    pair['mask_path'] = _save_mask(tmp_path, _square(255, 100))
    for threshold, share in ((0.5, 0.1), (0.3, 1)):
        loader = LoadPairedPhotograph(mask_threshold=threshold)
        assert np.isclose(loader(dict(pair))['mask'].mean(), share)


def test_a_shrunk_mask_is_white_where_most_of_the_area_is(pair, tmp_path):
    mask = np.full((40, 60), 255, np.uint8)
    mask[::2, ::2] = 0  # one of four pixels
    mask[:, 30:] = 255 - mask[:, 30:]
    pair['mask_path'] = _save_mask(tmp_path, mask)
    small = LoadPairedPhotograph(short_side=20)(dict(pair))['mask']
    assert (small[:, :15] == 1).all() and (small[:, 15:] == 0).all()


def test_a_mask_painted_on_a_transparent_layer(pair, tmp_path):
    layer = np.dstack([np.full((40, 60, 3), 255, np.uint8), _square()])
    pair['mask_path'] = _save_mask(tmp_path, layer)
    mask = LoadPairedPhotograph()(dict(pair))['mask']
    assert (mask[..., 0] == _square(1)).all()


def test_files_of_different_size_are_refused(pair, tmp_path):
    pair['mask_path'] = _save_mask(tmp_path, _square(shape=(40, 61)))
    with pytest.raises(
            DataMismatchError,
            match=r'mask.png has .*\(40, 61\), .*000.jpg has \(40, 60\)'):
        LoadPairedPhotograph()(dict(pair))


def test_an_unreadable_file_is_named(pair):
    pair['img_path'] = 'nowhere.png'
    with pytest.raises(PhotographError, match='nowhere.png is not there'):
        LoadPairedPhotograph()(dict(pair))


@pytest.mark.parametrize('arguments, message', [
    (dict(difference_threshold=255), 'scale of 0 to 255, got 255'),
    (dict(mask_threshold=1.), 'mask_threshold must be'),
    (dict(square=True), 'square needs the short_side'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        LoadPairedPhotograph(**arguments)
