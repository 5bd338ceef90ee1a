"""Reading folders of results, and what is refused."""
import cv2
import numpy as np
import pytest

from hcl_mmagic.errors import ConfigError, DataNotFoundError

FOLDERS = dict(mask='true_mask', restored='restored', clean='clean')


def test_files_of_other_formats_pair(saved, open_folders):
    for path in (saved / 'clean').rglob('*.png'):
        image = cv2.imread(str(path))
        cv2.imwrite(str(path.with_suffix('.bmp')), image)
        path.unlink()
    assert len(open_folders()) == 7
    assert open_folders().read('a/0')['gt_img'].shape == (3, 32, 32)


@pytest.mark.parametrize('lacking, other', [('mask', 'restored'),
                                            ('restored', 'clean')])
def test_missing_partners_are_named(saved, open_folders, lacking, other):
    for index in range(4):
        (saved / FOLDERS[lacking] / f'a/{index}.png').unlink()
    with pytest.raises(
            DataNotFoundError,
            match=f'--{lacking} lacks pictures that --{other} has: '
            'a/0, a/1, a/2 and 1 more'):
        open_folders(lacking, 'restored', other)


def test_missing_and_empty_folders_are_named(saved, open_folders):
    (saved / 'empty').mkdir()
    with pytest.raises(DataNotFoundError, match='--clean: there is no folder'):
        open_folders('restored', clean='nowhere')
    with pytest.raises(DataNotFoundError, match='--pred-mask: there is no im'):
        open_folders('restored', pred_mask='empty')


def test_two_files_of_one_name_are_refused(saved, open_folders, write_map):
    write_map(saved / 'clean/a/0.bmp', np.zeros((32, 32), np.uint8))
    with pytest.raises(ConfigError, match='have one name'):
        open_folders('restored', 'clean')


def test_another_size_is_refused_by_name(saved, open_folders, write_map):
    write_map(saved / 'true_mask/a/2.png', np.zeros((32, 31), np.uint8))
    with pytest.raises(ConfigError, match='a/2 differ in size: .*mask 31x32'):
        open_folders().read('a/2')


@pytest.mark.parametrize('threshold, expected', [(0.5, 1), (0.9, 0)])
def test_grey_true_mask_needs_a_threshold(saved, open_folders, threshold,
                                          expected, write_map):
    write_map(saved / 'true_mask/a/2.png', np.full((32, 32), 200, np.uint8))
    with pytest.raises(
            ConfigError, match=r'2\.png is not black and white: 100\.0 per'):
        open_folders().read('a/2')
    mask = open_folders(mask_threshold=threshold).read('a/2')['mask']
    assert (mask == expected).all()


def test_true_mask_of_zeros_and_ones_is_refused(saved, open_folders,
                                                write_map):
    write_map(saved / 'true_mask/a/2.png', np.eye(32, dtype=np.uint8))
    with pytest.raises(ConfigError, match='neither 0 nor 255, up to 1'):
        open_folders().read('a/2')


@pytest.mark.parametrize('roles', [(), ('restored', 'clean', 'mask')])
def test_inverted_true_masks_are_refused(saved, open_folders, roles, invert):
    # A method that repairs the damage and leaves the rest almost alone.
    for path in (saved / 'restored').rglob('*.png'):
        clean = saved / 'clean' / path.relative_to(saved / 'restored')
        mask = saved / 'true_mask' / path.relative_to(saved / 'restored')
        picture = cv2.imread(str(clean)).astype(int)
        picture += 1 + 9 * (cv2.imread(str(mask)) > 0)
        cv2.imwrite(str(path), picture.clip(0, 255).astype(np.uint8))
    open_folders(*roles).check_polarity()
    invert(saved / 'true_mask', saved / 'inverted')
    with pytest.raises(ConfigError, match='in 7 of 7 pictures'):
        open_folders(*roles, mask='inverted').check_polarity()


def test_little_damage_is_compared_by_its_mean(saved, open_folders, write_map):
    for index in range(7):
        mask = np.zeros((32, 32), np.uint8)
        mask[:3, :3] = 255
        clean = cv2.imread(str(saved / f'clean/a/{index}.png')) // 2
        write_map(saved / f'true_mask/a/{index}.png', mask)
        write_map(saved / f'clean/a/{index}.png', clean)
        write_map(saved / f'damaged/a/{index}.png',
                  clean + np.where(mask, 90, 2).astype(np.uint8)[..., None])
    open_folders().check_polarity()


def test_colour_masks_are_read_by_their_brightness(saved, open_folders,
                                                   write_map):
    path = saved / 'true_mask/a/1.png'
    grey = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    expected = open_folders().read('a/1')['mask']
    write_map(path, cv2.cvtColor(grey, cv2.COLOR_GRAY2BGRA))
    np.testing.assert_array_equal(open_folders().read('a/1')['mask'], expected)
