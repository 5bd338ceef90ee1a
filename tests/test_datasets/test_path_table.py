"""Samples of data sets that are kept in little memory."""
import pickle
from pathlib import Path

import pytest
import torch

from hcl_mmagic.datasets import CleanImageDataset
from hcl_mmagic.datasets.path_table import PathTable
from hcl_mmagic.photographs.path_list import PathList


def test_samples_are_dicts_of_their_own() -> None:
    table = PathTable(PathList.of(['a.png', 'b.png', 'c.png']))
    sample = table[1]
    sample['mask'] = 3
    assert table[1] == dict(gt_path='b.png')
    assert list(table[1:]) == [dict(gt_path='b.png'), dict(gt_path='c.png')]
    assert list(table.take([2, 2, 0])) == [
        dict(gt_path=name) for name in ('c.png', 'c.png', 'a.png')]
    assert list(pickle.loads(pickle.dumps(table))) == list(table)


@pytest.mark.parametrize('indices, expected', [
    (2, [0, 1]), (-1, [2]), ([2, 0], [2, 0])])
def test_a_data_set_can_use_some_of_them(indices: object,
                                         expected: list) -> None:
    names = [f'{index}.png' for index in range(3)]
    dataset = CleanImageDataset(files=names, indices=indices)
    found = [dataset.get_data_info(index)
             for index in range(len(dataset))]  # yapf: disable
    assert found == [dict(gt_path=names[row], sample_idx=index)
                     for index, row in enumerate(expected)]  # yapf: disable


def test_repeats_follow_each_other() -> None:
    dataset = CleanImageDataset(files=['a.png', 'b.png'], repeats=2)
    assert [dataset.get_data_info(index)['gt_path'] for index in range(4)] == \
        ['a.png', 'a.png', 'b.png', 'b.png']


def test_a_list_of_very_many_is_ready_at_once(tmp_path: Path) -> None:
    """It took 25 us a name, and 350 bytes in each process."""
    number = 200_000
    (tmp_path / 'list.txt').write_text(
        ''.join(f'a/{index:07}.jpg\n' for index in range(number)))
    dataset = CleanImageDataset(data_root=str(tmp_path), ann_file='list.txt')
    assert len(dataset) == number
    assert dataset.get_data_info(123456)['gt_path'] == \
        f'{tmp_path}/a/0123456.jpg'
    assert len(pickle.dumps(dataset)) < 30 * number
    assert torch.utils.data.DataLoader(dataset).dataset is dataset
