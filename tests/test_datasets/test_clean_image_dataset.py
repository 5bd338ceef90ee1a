"""Tests of hcl_mmagic/datasets/clean_image_dataset.py."""
import random
import warnings

import numpy as np
import pytest
import torch
from mmagic.registry import DATASETS
from torch.utils.data import DataLoader

from hcl_mmagic.datasets import CleanImageDataset, SeededIndex
from hcl_mmagic.errors import DataNotFoundError, PhotographError

CROP = (32, 32)


def _pipeline(noise_folder) -> list[dict]:
    return [
        dict(type='LoadImageFromFile', key='gt', channel_order='rgb'),
        dict(
            type='Resize',
            keys=['gt'],
            scale=(-1, 36),
            keep_ratio=True,
            backend='pillow'),
        dict(type='Crop', keys=['gt'], crop_size=CROP),
        dict(
            type='RandomChoice',
            transforms=[[dict(type='RandomStrokeMask')],
                        [dict(type='RandomRectangleMask')]]),
        dict(
            type='CorruptImage',
            contents=[
                dict(type='ImageContent', folder=str(noise_folder)),
                dict(type='ConstantColorContent'),
                dict(type='GaussianNoiseContent')
            ],
            feather_radius=1.),
    ]


def _loading_pipeline() -> list[dict]:
    return [dict(type='LoadImageFromFile', key='gt', channel_order='rgb')]


def _collate(samples: list[dict]) -> list[dict]:
    return samples


def _content(sample: dict) -> tuple:
    return (sample['gt_path'], sample['img'].tobytes(),
            sample['mask'].tobytes(), sample['gt'].tobytes())


def _cut_off(path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


@pytest.fixture
def folders(save_images):
    return save_images('clean', 6), save_images('noise', 5)


def _dataset(folders, **kwargs) -> CleanImageDataset:
    clean, noise = folders
    kwargs.setdefault('pipeline', _pipeline(noise))
    return CleanImageDataset(data_root=str(clean), **kwargs)


def test_config_builds_a_sample_that_packs_for_the_model(folders):
    clean, noise = folders
    dataset = DATASETS.build(
        dict(
            type='CleanImageDataset',
            data_root=str(clean.parent),
            data_prefix=dict(gt=clean.name),
            pipeline=_pipeline(noise) +
            [dict(type='PackInputs', keys=['img'])]))
    sample = dataset[0]
    packed = sample['data_samples']
    assert sample['inputs'].shape == packed.gt_img.shape == (3, *CROP)
    assert sample['inputs'].dtype == torch.uint8
    assert packed.mask.shape == (1, *CROP)
    assert packed.img_channel_order == 'rgb' and packed.sample_idx == 0


@pytest.mark.parametrize('num_workers', [0, 1, 2])
def test_test_samples_depend_on_nothing_but_their_index(folders, num_workers):
    dataset = _dataset(folders, test_mode=True, repeats=2)
    expected = [_content(dataset[index]) for index in range(len(dataset))]
    order = np.random.permutation(len(dataset)).tolist()
    loader = DataLoader(
        dataset,
        sampler=order,
        batch_size=3,
        num_workers=num_workers,
        collate_fn=_collate)
    samples = [sample for batch in loader for sample in batch]
    assert [_content(sample) for sample in samples] == \
        [expected[index] for index in order]


def test_training_samples_depend_on_nothing_but_their_seed(folders):
    dataset = _dataset(folders)
    draws = [SeededIndex(index, seed=1000 + index) for index in range(6)]
    expected = [_content(dataset[draw]) for draw in draws]
    loader = DataLoader(
        dataset,
        sampler=draws[::-1],
        batch_size=2,
        num_workers=2,
        collate_fn=_collate)
    samples = [sample for batch in loader for sample in batch]
    assert [_content(sample) for sample in samples] == expected[::-1]
    assert _content(dataset[SeededIndex(0, seed=5)]) != expected[0]


@pytest.mark.parametrize('test_mode, index', [(True, 1),
                                              (False, SeededIndex(1, 7))])
def test_a_seeded_sample_leaves_the_global_generators_alone(
        folders, test_mode, index):
    dataset = _dataset(folders, test_mode=test_mode)
    states = (random.getstate(), np.random.get_state()[1].tolist(),
              torch.get_rng_state().tolist())
    dataset[index]
    assert states == (random.getstate(), np.random.get_state()[1].tolist(),
                      torch.get_rng_state().tolist())


def test_a_plain_index_in_training_draws_from_the_global_generator(folders):
    dataset = _dataset(folders)
    samples = []
    for seed in (3, 3, 4):
        np.random.seed(seed)
        samples.append(_content(dataset[0]))
    assert samples[0] == samples[1] != samples[2]


def test_each_repeat_of_a_photograph_is_another_sample(folders):
    dataset = _dataset(folders, test_mode=True, repeats=8)
    samples = [dataset[index] for index in range(8)]
    assert len(dataset) == 6 * 8
    assert len({sample['gt_path'] for sample in samples}) == 1
    assert len({sample['img'].tobytes() for sample in samples}) == 8


def test_the_dataset_seed_changes_the_test_samples(folders):
    first, second = (
        _dataset(folders, test_mode=True, seed=seed)[0] for seed in (0, 1))
    assert _content(first) != _content(second)


def test_a_negative_index_counts_from_the_end(folders):
    dataset = _dataset(folders, test_mode=True)
    assert _content(dataset[-1]) == _content(dataset[5])
    with pytest.raises(IndexError):
        dataset[6]


def test_photographs_come_from_several_nested_folders(save_images, tmp_path):
    (tmp_path / 'deep').mkdir()
    for name, count in (('deep/a', 2), ('b', 3), ('unused', 1)):
        save_images(name, count)
    dataset = CleanImageDataset(
        data_root=str(tmp_path), data_prefix=dict(gt=['deep', 'b']))
    paths = [dataset[index]['gt_path'] for index in range(len(dataset))]
    names = ['deep/a/000.jpg', 'deep/a/001.jpg'
             ] + [f'b/00{index}.jpg' for index in range(3)]
    assert paths == [str(tmp_path / name) for name in names]


def test_photographs_come_from_a_list_like_that_of_places(
        save_images, tmp_path):
    save_images('b', 3)
    (tmp_path / 'list.txt').write_text('/002.jpg 17\n\n000.jpg (40,56,3)\n')
    dataset = CleanImageDataset(
        data_root=str(tmp_path), data_prefix=dict(gt='b'), ann_file='list.txt')
    paths = [dataset[index]['gt_path'] for index in range(len(dataset))]
    assert paths == [str(tmp_path / 'b' / name)
                     for name in ('002.jpg', '000.jpg')]  # yapf: disable


def test_indices_take_the_first_samples(folders):
    assert len(_dataset(folders, indices=4)) == 4


def test_training_replaces_an_unreadable_photograph_by_the_next(folders):
    clean, _ = folders
    (clean / '002.jpg').write_text('not an image')
    _cut_off(clean / '003.jpg')
    dataset = _dataset(folders)
    with pytest.warns(UserWarning, match=r'00[23]\.jpg') as record:
        sample = dataset[SeededIndex(2, seed=1)]
    assert sample['gt_path'] == str(clean / '004.jpg')
    assert sample['sample_idx'] == 4
    assert '002.jpg' in str(record[0].message)
    assert '003.jpg (the file is cut off)' in str(record[1].message)


def test_an_unreadable_photograph_is_named_only_once(folders):
    clean, _ = folders
    (clean / '002.jpg').write_text('not an image')
    dataset = _dataset(folders)
    with pytest.warns(UserWarning, match='002.jpg'):
        dataset[2]
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        dataset[2]


def test_a_file_that_is_complete_but_not_decodable_is_unreadable(folders):
    clean, _ = folders
    # all markers in place, nothing between them
    (clean / '000.jpg').write_bytes(b'\xff\xd8\xff\xda\x00\x02\xff\xd9')
    with pytest.warns(UserWarning, match='000.jpg'):
        assert _dataset(folders)[0]['gt_path'] == str(clean / '001.jpg')
    with pytest.raises(PhotographError, match='000.jpg cannot be read'):
        _dataset(folders, test_mode=True)[0]


@pytest.mark.filterwarnings('ignore:Unreadable image')
def test_workers_do_not_hang_on_unreadable_photographs(folders):
    clean, _ = folders
    for name in ('000.jpg', '001.jpg', '005.jpg'):
        _cut_off(clean / name)
    loader = DataLoader(
        _dataset(folders),
        batch_size=2,
        num_workers=2,
        collate_fn=_collate,
        timeout=60)
    samples = [sample for batch in loader for sample in batch]
    assert [sample['sample_idx'] for sample in samples] == [2, 2, 2, 3, 4, 2]


@pytest.mark.filterwarnings('ignore:Unreadable image')
def test_workers_report_when_nothing_is_readable(folders):
    clean, _ = folders
    for path in clean.iterdir():
        _cut_off(path)
    loader = DataLoader(
        _dataset(folders), num_workers=2, collate_fn=_collate, timeout=60)
    with pytest.raises(PhotographError, match='cannot be read'):
        list(loader)


def test_test_mode_leaves_unreadable_photographs_out(folders):
    clean, _ = folders
    _cut_off(clean / '001.jpg')
    (clean / '004.jpg').write_bytes(b'')
    with pytest.warns(UserWarning, match=r'00[14]\.jpg') as record:
        dataset = _dataset(folders, test_mode=True)
    assert len(record) == 2
    paths = [dataset[index]['gt_path'] for index in range(len(dataset))]
    assert paths == [str(clean / f'00{index}.jpg') for index in (0, 2, 3, 5)]


@pytest.mark.filterwarnings('ignore:Unreadable image')
def test_test_mode_refuses_a_folder_with_nothing_readable(folders):
    clean, _ = folders
    for path in clean.iterdir():
        _cut_off(path)
    with pytest.raises(DataNotFoundError, match='None of the 6 photographs'):
        _dataset(folders, test_mode=True)


def test_a_fault_of_a_transform_is_not_blamed_on_the_file(folders):

    def broken(results):
        raise RuntimeError('fault of the transform')

    with pytest.raises(RuntimeError, match='fault of the transform'):
        _dataset(folders, pipeline=[broken])[0]


def test_missing_folder_names_the_folder_and_the_readme(tmp_path):
    with pytest.raises(
            DataNotFoundError,
            match=r'/places/train does not exist.*"Training on Places"'):
        CleanImageDataset(
            data_root=str(tmp_path / 'places'), data_prefix=dict(gt='train'))


def test_empty_folder_names_the_folder_and_the_readme(tmp_path):
    with pytest.raises(
            DataNotFoundError, match='No image found.*"Training on Places"'):
        CleanImageDataset(data_root=str(tmp_path))


def test_errors_of_the_registry_stay_one_line(tmp_path):
    with pytest.raises(DataNotFoundError, match='does not exist') as error:
        DATASETS.build(
            dict(type='CleanImageDataset', data_root=str(tmp_path / 'none')))
    assert '\n' not in str(error.value)


def test_photographs_deleted_later_are_skipped(folders):
    clean, _ = folders
    dataset = _dataset(folders, pipeline=_loading_pipeline())
    (clean / '000.jpg').unlink()
    with pytest.warns(UserWarning, match=r'000\.jpg \(is not there'):
        assert dataset[0]['gt_path'] == str(clean / '001.jpg')


@pytest.mark.parametrize('arguments, message', [
    (dict(data_prefix=dict(img='a')), 'data_prefix must be'),
    (dict(files=['a.png'], data_root='a'), 'either files or a folder'),
    (dict(files=[]), 'is empty'),
    (dict(repeats=0), 'repeats must be at least 1'),
    (dict(ann_file='a.txt', data_prefix=dict(gt=['a', 'b'])), 'single folder'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises((ValueError, DataNotFoundError), match=message):
        CleanImageDataset(**arguments)


def test_an_unknown_argument_names_class_and_argument():
    with pytest.raises(TypeError, match="CleanImageDataset.*'reapeats'"):
        DATASETS.build(dict(type='CleanImageDataset', reapeats=2))
