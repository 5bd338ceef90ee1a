"""NVIDIA's masks for testing: six groups of sizes."""
import numpy as np
import pytest

from hcl_mmagic.lab.preparing import irregular_masks
from hcl_mmagic.lab.preparing.file_listing import Sample

# Percent of white in masks of 10 x 10 pixels.
PERCENTS = [high - offset for high in range(10, 70, 10)
            for offset in (0, 1, 3, 5, 9, 4)]  # yapf: disable


def save_masks(save, percents, inverted=False):
    for number, percent in enumerate(percents):
        white = (np.arange(100) < percent) != inverted
        save(
            f'testing_mask_dataset/{number:05d}.png',
            pixels=white.reshape(10, 10).astype(np.uint8) * 255)


def names(numbers):
    return [f'testing_mask_dataset/{number:05d}.png' for number in numbers]


def test_every_fifth_mask_of_a_group_is_held_out(save, prepare, lists):
    save_masks(save, PERCENTS)
    output = prepare('irregular_masks')
    held_out = sorted([*range(0, 36, 6), *range(5, 36, 6)])
    expected = dict(
        train=names(sorted({*range(36)} - {*held_out})),
        test=names(held_out),
        bad_files=[])
    for group in range(6):
        expected[f'test_{group}0-{group + 1}0'] = names(
            (6 * group, 6 * group + 5))
    assert lists() == expected
    assert 'train: 24 samples (published: 9,600)' in output
    assert 'test_50-60: 2 samples (published: 400)' in output


def test_of_2000_masks_400_are_held_out():
    rng = np.random.default_rng(0)
    percents = {
        Sample(mask=f'{number:05d}.png'): 10 * (number // 2000 + rng.random())
        for number in range(12000)
    }
    splits = irregular_masks.split_masks(percents)
    assert {
        name: len(masks)
        for name, masks in splits.items()
    } == {
        **dict.fromkeys(splits, irregular_masks.PUBLISHED_IN_GROUP),
        **irregular_masks.PUBLISHED
    }
    assert not set(splits['train']) & set(splits['test'])


def test_empty_and_nearly_full_masks_are_bad_files(save, prepare, lists):
    save_masks(save, [5, 0, 61, 7, 8])
    prepare('irregular_masks')
    assert lists()['bad_files'] == [
        f'testing_mask_dataset/0000{number}.png\t'
        f'the hole is {percent:.1f} % of it, expected up to 60 %'
        for number, percent in ((1, 0), (2, 61))
    ]


def test_inverted_masks_are_refused(save, prepare_in_vain, lists):
    save_masks(save, PERCENTS, inverted=True)
    message = prepare_in_vain('irregular_masks')
    assert '23 of 36 masks' in message and 'more than 60 % white' in message
    assert 'run this with --invert' in message
    assert lists() == {}


def test_black_can_be_the_hole(save, prepare, lists):
    save_masks(save, PERCENTS)
    prepare('irregular_masks')
    white = lists()
    save_masks(save, PERCENTS, inverted=True)
    prepare('irregular_masks', '--invert')
    assert lists() == white


def test_the_option_for_black_holes_refuses_white_ones(save, prepare_in_vain):
    save_masks(save, PERCENTS)
    assert 'run this without --invert' in prepare_in_vain(
        'irregular_masks', '--invert')


@pytest.mark.parametrize('split, number', [('train', 24), ('test', 12),
                                           ('test_20-30', 2)])
def test_a_split_can_be_given_as_a_folder(save, root, prepare, split, number):
    from hcl_mmagic.datasets.transforms import MaskFromFolder
    save_masks(save, PERCENTS)
    prepare('irregular_masks')
    assert len(MaskFromFolder(folder=str(root / split)).paths) == number
