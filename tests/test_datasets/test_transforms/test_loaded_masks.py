"""Tests of hcl_mmagic/datasets/transforms/loaded_masks.py."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from hcl_mmagic.datasets.transforms import MaskFromFolder
from hcl_mmagic.errors import DataNotFoundError, PhotographError

WHITE = np.zeros((20, 30), np.uint8)
WHITE[2:7, 3:14] = 255


def _results(height: int = 20, width: int = 30, **keys) -> dict:
    return dict(gt=np.zeros((height, width, 3), np.uint8), **keys)


def _mask(transform, *size: int, **keys) -> np.ndarray:
    results = transform(_results(*size, **keys))
    mask = results['mask']
    assert mask.shape == (*results['gt'].shape[:2], 1)
    assert mask.dtype == np.float32 and set(np.unique(mask)) <= {0, 1}
    return mask[..., 0]


def _save(folder, array: np.ndarray = WHITE, name: str = 'a.png') -> str:
    Image.fromarray(array).save(folder / name)
    return str(folder)


@pytest.mark.parametrize('scale', [1, 255])
@pytest.mark.parametrize('invert', [False, True])
def test_white_is_corrupted_unless_inverted(tmp_path, scale, invert):
    folder = _save(tmp_path, WHITE // 255 * scale)
    mask = _mask(MaskFromFolder(folder=folder, invert=invert))
    assert (mask == ((WHITE > 0) != invert)).all()


@pytest.mark.parametrize('value', [0, 255])
def test_all_intact_and_all_corrupted_files(tmp_path, value):
    folder = _save(tmp_path, np.full_like(WHITE, value))
    assert (_mask(MaskFromFolder(folder=folder)) == value // 255).all()


def test_resizing_is_bilinear_then_cut_at_one_half(tmp_path):
    rng = np.random.default_rng(0)
    white = rng.integers(2, size=(16, 24), dtype=np.uint8) * 255
    mask = _mask(MaskFromFolder(folder=_save(tmp_path, white)), 40, 36)
    smooth = F.interpolate(
        torch.from_numpy(white / 255.)[None, None],
        size=(40, 36),
        mode='bilinear')[0, 0].numpy()
    clear = np.abs(smooth - 0.5) > 1e-4
    assert clear.mean() > 0.8
    assert (mask == (smooth > 0.5))[clear].all()


def test_grey_values_are_cut_only_when_told(tmp_path):
    grey = WHITE.copy()
    grey[2:7, 3:8] = 100
    folder = _save(tmp_path, grey)
    with pytest.raises(ValueError, match='a.png: .* grey value 100; give a'):
        _mask(MaskFromFolder(folder=folder))
    for threshold, expected in ((0.5, grey > 127), (0.2, grey > 0)):
        mask = _mask(MaskFromFolder(folder=folder, threshold=threshold))
        assert (mask == expected).all()


def test_a_grey_value_at_the_threshold_is_black(tmp_path):
    mask = _mask(MaskFromFolder(folder=_save(tmp_path), threshold=0.))
    assert (mask == (WHITE > 0)).all()


def test_another_size_is_an_error_when_resizing_is_off(tmp_path):
    transform = MaskFromFolder(folder=_save(tmp_path), resize=False)
    assert (_mask(transform) == (WHITE > 0)).all()
    with pytest.raises(ValueError, match=r'a.png: .* got \(20, 30, 1\)'):
        _mask(transform, 40, 60)


def test_turning_and_flipping_gives_all_eight_views(tmp_path):
    square = np.zeros((20, 20), np.uint8)
    square[1:4, 2:15] = 255
    transform = MaskFromFolder(folder=_save(tmp_path, square), augment=True)
    np.random.seed(0)
    seen = {_mask(transform, 20, 20).tobytes() for _ in range(200)}
    views = {
        np.rot90(view, turns).astype(np.float32).tobytes()
        for view in (square / 255, np.fliplr(square) / 255)
        for turns in range(4)
    }
    assert seen == views and len(views) == 8


def test_masks_of_pictures_that_are_not_square_are_turned_before_they_fit(
        tmp_path):
    upper = np.zeros((20, 30), np.uint8)
    upper[:10] = 255
    transform = MaskFromFolder(folder=_save(tmp_path, upper), augment=True)
    np.random.seed(0)
    seen = {_mask(transform, 40, 60).tobytes() for _ in range(60)}
    whole = np.zeros((40, 60), np.float32)
    rows, columns = whole.copy(), whole.copy()
    rows[:20], columns[:, :30] = 1, 1
    assert seen == {
        half.tobytes()
        for half in (rows, 1 - rows, columns, 1 - columns)
    }


def test_masks_come_from_all_files_or_from_a_list(tmp_path):
    masks = tmp_path / 'masks'
    masks.mkdir()
    for index in range(4):
        _save(masks, np.roll(WHITE, index * 3, axis=0), f'{index}.png')
    transform = MaskFromFolder(folder=str(masks))
    assert len({_mask(transform).tobytes() for _ in range(60)}) == 4
    (tmp_path / 'list.txt').write_text('0.png\n')
    listed = MaskFromFolder(
        folder=str(masks), list_file=str(tmp_path / 'list.txt'))
    assert (_mask(listed) == (WHITE > 0)).all()


def test_missing_and_unreadable_masks_are_named(tmp_path):
    with pytest.raises(DataNotFoundError, match='/nowhere does not exist'):
        MaskFromFolder(folder='/nowhere')
    (tmp_path / 'a.png').write_text('not an image')
    with pytest.raises(PhotographError, match='a.png'):
        _mask(MaskFromFolder(folder=str(tmp_path)))


@pytest.mark.parametrize('arguments, message', [
    (dict(threshold=1.5), r'threshold must be in \[0, 1\)'),
    (dict(folder=['a', 'b'], list_file='list.txt'), 'single folder'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        MaskFromFolder(**arguments)
