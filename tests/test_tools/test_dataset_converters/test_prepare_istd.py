"""ISTD and ISTD+ as their archives unpack."""
import pytest

NAMES = dict(train=['1-1', '90-2'], test=['93-3'])


def save_istd(save_pair, folder='{split}/', clean='{split}_C', **kwargs):
    for split, names in NAMES.items():
        for name in names:
            save_pair(
                *((folder + part).format(split=split) + f'/{name}.png'
                  for part in ('{split}_A', clean, '{split}_B')), **kwargs)


@pytest.mark.parametrize('folder', ['{split}/', ''])
def test_damaged_clean_and_mask_stand_in_a_line(save_pair, prepare, lists,
                                                folder):
    save_istd(save_pair, folder)
    output = prepare('istd')
    assert lists() == {
        split: [
            '\t'.join(f'{folder.format(split=split)}{split}_{part}/{name}.png'
                      for part in 'ACB') for name in names
        ]
        for split, names in NAMES.items()
    } | dict(bad_files=[])
    assert 'train: 2 samples (published: 1,330)' in output
    assert 'test: 1 samples (published: 540)' in output


def test_istd_plus_has_lists_of_its_own(save_pair, prepare, lists):
    save_istd(save_pair)
    save_istd(save_pair, clean='{split}_C_fixed_official')
    prepare('istd')
    prepare('istd', '--plus')
    both = lists()
    assert sorted(both) == [
        'bad_files', 'test', 'test_plus', 'train', 'train_plus'
    ]
    assert both['test'] == [
        'test/test_A/93-3.png\ttest/test_C/93-3.png\ttest/test_B/93-3.png'
    ]
    assert both['test_plus'] == [
        'test/test_A/93-3.png\ttest/test_C_fixed_official/93-3.png\t'
        'test/test_B/93-3.png'
    ]


def test_clean_pictures_may_lie_in_a_folder_of_any_name(
        save_pair, prepare, lists):
    save_istd(save_pair, clean='{split}_mine')
    prepare('istd', '--clean-folder', '{}_mine')
    assert 'test/test_mine/93-3.png' in lists()['test'][0]


def test_masks_that_are_black_on_the_shadow_are_refused(
        save_pair, prepare_in_vain, lists):
    save_istd(save_pair, inverted=True)
    message = prepare_in_vain('istd')
    assert 'In 3 of 3 samples' in message
    assert 'white must mean corrupted' in message
    assert 'train' not in lists()


def test_a_missing_folder_is_named(save_pair, root, prepare_in_vain):
    save_istd(save_pair)
    message = prepare_in_vain('istd', '--plus')
    assert (f'The folder {root}/train/train_C_fixed_official does not exist: '
            'the README.md beside this script') in message
