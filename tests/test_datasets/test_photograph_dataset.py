"""Tests of hcl_mmagic/datasets/photograph_dataset.py.

What the datasets made of it share with the one of clean photographs is tested
there.
"""
import pytest

from hcl_mmagic.datasets import CleanImageDataset, PairedPhotographDataset
from hcl_mmagic.errors import DataNotFoundError


def _names(root, split, **kwargs):
    dataset = CleanImageDataset(data_root=str(root), split=split, **kwargs)
    return {sample['gt_path'].removeprefix(f'{root}/') for sample in dataset}


@pytest.fixture
def root(tmp_path):
    """200 files; their content does not matter before they are loaded."""
    (tmp_path / 'clean').mkdir()
    for index in range(200):
        (tmp_path / f'clean/{index}.jpg').touch()
    return tmp_path


@pytest.fixture(autouse=True)
def unread(monkeypatch):
    """Take every file for readable."""
    monkeypatch.setattr(
        'hcl_mmagic.datasets.photograph_dataset.find_damage',
        lambda path, decode=False: None)


@pytest.mark.parametrize('val_share', [0.1, 0.5])
def test_every_photograph_is_in_one_split(root, val_share):
    train = _names(root, 'train', val_share=val_share)
    val = _names(root, 'val', val_share=val_share)
    assert not train & val and len(train | val) == 200
    assert abs(len(val) / 200 - val_share) < 0.06
    assert _names(root, None, val_share=val_share) == train | val


def test_new_photographs_move_none_to_another_split(root):
    before = _names(root, 'val')
    for index in range(300):
        (root / f'clean/new{index}.jpg').touch()
    assert before <= _names(root, 'val') and len(_names(root, 'val')) > 30


def test_another_place_or_format_changes_no_split(root, tmp_path):
    before = _names(root, 'val')
    (root / 'clean').rename(root / 'moved')
    (root / 'deep').mkdir()
    (root / 'moved').rename(root / 'deep/clean')
    for path in (root / 'deep/clean').iterdir():
        path.rename(path.with_suffix('.png'))
    after = _names(root / 'deep', 'val')
    assert {name[:-4] for name in after} == {name[:-4] for name in before}


def test_a_pair_is_in_the_split_of_its_clean_photograph(root, monkeypatch):
    monkeypatch.setattr(
        'hcl_mmagic.datasets.paired_photograph_dataset.find_size_mismatch',
        lambda paths: None)
    (root / 'damaged').mkdir()
    for index in range(200):
        (root / f'damaged/{index}.png').touch()
    expected = _names(root, 'val', data_prefix=dict(gt='clean'))
    pairs = PairedPhotographDataset(data_root=str(root), split='val')
    assert {f"clean/{pair['gt_path'].rpartition('/')[2]}"
            for pair in pairs} == expected


def test_a_small_folder_has_a_photograph_in_each_split(root):
    for index in range(2, 200):
        (root / f'clean/{index}.jpg').unlink()
    assert len(_names(root, 'val', val_share=0.001)) == 1
    assert len(_names(root, 'train', val_share=0.001)) == 1


def test_nothing_left_to_train_on_is_an_error(root):
    for index in range(1, 200):
        (root / f'clean/{index}.jpg').unlink()
    with pytest.raises(DataNotFoundError, match='none is left to train on'):
        _names(root, 'train')
