"""Tests of hcl_mmagic/datasets/paired_photograph_dataset.py."""
from pathlib import Path

import numpy as np
import pytest
from mmagic.registry import DATASETS
from mmengine.config import Config
from PIL import Image

from hcl_mmagic.datasets import PairedPhotographDataset, SeededIndex
from hcl_mmagic.errors import (DataMismatchError, DataNotFoundError,
                               PhotographError)

CONFIG = Path(__file__).parents[2] / 'configs/hcl_own_pairs_256.py'
LOAD = [dict(type='LoadPairedPhotograph')]
SQUARE = np.s_[4:24, 8:28]


@pytest.fixture
def pairs(save_images, tmp_path):
    """Six pairs: in the damaged ones a square is negative."""
    clean = save_images('clean', 6)
    for folder in ('damaged', 'mask'):
        (tmp_path / folder).mkdir()
    for path in sorted(clean.iterdir()):
        picture = np.array(Image.open(path))
        picture[SQUARE] = np.where(picture[SQUARE] > 127, 0, 255)
        Image.fromarray(picture).save(tmp_path / 'damaged' /
                                      f'{path.stem}.png')
        mask = np.zeros(picture.shape[:2], np.uint8)
        mask[SQUARE] = 255
        Image.fromarray(mask).save(tmp_path / 'mask' / f'{path.stem}.png')
    return tmp_path


def _dataset(pairs, **kwargs):
    kwargs.setdefault('pipeline', LOAD)
    return PairedPhotographDataset(data_root=str(pairs), **kwargs)


def _resave(path, size):
    Image.open(path).resize(size).save(path)


def test_a_sample_packs_for_the_model(pairs):
    pack = dict(type='PackInputs', keys=['img'])
    dataset = DATASETS.build(
        dict(
            type='PairedPhotographDataset',
            data_root=str(pairs),
            pipeline=[*LOAD, pack]))
    sample = dataset[0]
    packed = sample['data_samples']
    assert sample['inputs'].shape == packed.gt_img.shape == (3, 40, 56)
    assert packed.mask.shape == (1, 40, 56)
    assert packed.img_channel_order == packed.gt_channel_order == 'rgb'
    inside = packed.mask[0].bool()
    same = (sample['inputs'] == packed.gt_img).all(dim=0)
    assert same[~inside].all() and not same[inside].any()


def test_files_pair_by_relative_path_without_extension(pairs):
    for folder in ('clean', 'damaged', 'mask'):
        (pairs / folder / 'deep').mkdir()
    for folder, name in (('clean', '000.jpg'), ('damaged', '000.png'),
                         ('mask', '000.png')):
        (pairs / folder / name).rename(pairs / folder / 'deep' / name)
    info = _dataset(pairs).get_data_info(5)
    assert info['img_path'] == str(pairs / 'damaged/deep/000.png')
    assert info['gt_path'] == str(pairs / 'clean/deep/000.jpg')
    assert info['mask_path'] == str(pairs / 'mask/deep/000.png')


def test_masks_are_optional_and_folders_can_be_named(pairs):
    folders = dict(img='damaged', gt='clean')
    dataset = _dataset(pairs, data_prefix=folders)
    assert 'mask_path' not in dataset.get_data_info(0)
    (pairs / 'mask').rename(pairs / 'holes')
    assert 'mask_path' not in _dataset(pairs).get_data_info(0)
    dataset = _dataset(pairs, data_prefix=dict(folders, mask='holes'))
    assert dataset.get_data_info(0)['mask_path'].endswith('holes/000.png')


def test_pairs_come_from_a_list(pairs):
    lines = ['damaged/003.png\tclean/003.jpg', '',
             'damaged/001.png\tclean/002.jpg']  # yapf: disable
    (pairs / 'list.txt').write_text('\r\n'.join(lines))
    dataset = _dataset(pairs, ann_file='list.txt', pipeline=[])
    names = [(sample['img_path'], sample['gt_path']) for sample in dataset]
    assert names == [
        (str(pairs / 'damaged/003.png'), str(pairs / 'clean/003.jpg')),
        (str(pairs / 'damaged/001.png'), str(pairs / 'clean/002.jpg'))
    ]


def test_a_file_without_a_partner_is_an_error_that_names_the_folder(pairs):
    (pairs / 'mask/002.png').unlink()
    (pairs / 'clean/004.jpg').unlink()
    with pytest.raises(
            DataMismatchError,
            match=r'1 with none in \S+/clean \(\S+/damaged/004.png\); '
            r'1 with none in \S+/mask \(\S+/damaged/002.png\)'):
        _dataset(pairs)
    with pytest.warns(UserWarning, match='left out .*004.png'):
        dataset = _dataset(pairs, ignore_unpaired=True)
    assert [sample['img_path'][-7:] for sample in dataset
            ] == ['000.png', '001.png', '003.png', '005.png']


def test_without_any_pair_unpaired_files_are_always_an_error(pairs):
    for index, path in enumerate(sorted((pairs / 'clean').iterdir())):
        path.rename(path.with_name(f'other{index}.jpg'))
    with pytest.raises(DataMismatchError, match=r'6 with none .*, \.\.\.\)'):
        _dataset(pairs, ignore_unpaired=True)


@pytest.mark.parametrize('folder', ['clean', 'damaged', 'mask'])
def test_training_takes_the_next_pair_for_a_broken_one(pairs, folder):
    broken = next((pairs / folder).glob('002.*'))
    broken.write_bytes(broken.read_bytes()[:-100])
    dataset = _dataset(pairs)
    with pytest.warns(UserWarning, match=f'{folder}/002') as record:
        sample = dataset[SeededIndex(2, seed=1)]
    assert len(record) == 1
    assert sample['sample_idx'] == 3
    for key in ('img', 'gt', 'mask'):
        assert '003.' in sample[f'{key}_path']


@pytest.mark.parametrize('folder', ['damaged', 'mask'])
def test_training_takes_the_next_pair_where_sizes_differ(pairs, folder):
    _resave(pairs / folder / '002.png', (28, 20))
    with pytest.warns(
            UserWarning,
            match=f'{folder}/002.png .28 x 20 pixels, but its clean '
            r'photograph \S+/clean/002.jpg has 56 x 40'):
        assert _dataset(pairs)[2]['sample_idx'] == 3


def test_test_mode_leaves_flawed_pairs_out_from_the_start(pairs):
    _resave(pairs / 'damaged/001.png', (28, 20))
    (pairs / 'mask/003.png').write_text('not an image')
    with pytest.warns(UserWarning, match='00[13].png') as record:
        dataset = _dataset(pairs, test_mode=True)
    assert len(record) == 2
    assert [sample['gt_path'][-5] for sample in dataset] == list('0245')


@pytest.mark.filterwarnings('ignore:Unreadable image')
def test_pairs_that_never_fit_end_in_an_error(pairs):
    for path in (pairs / 'damaged').iterdir():
        _resave(path, (28, 20))
    with pytest.raises(PhotographError, match='28 x 20 pixels, but'):
        _dataset(pairs)[0]
    with pytest.raises(DataNotFoundError, match='None of the 6'):
        _dataset(pairs, test_mode=True)


def test_two_files_of_one_name_are_an_error(pairs):
    Image.new('RGB', (56, 40)).save(pairs / 'clean/000.bmp')
    with pytest.raises(
            DataMismatchError, match='000.bmp and .*000.jpg have one name'):
        _dataset(pairs)


@pytest.mark.parametrize('text, error, message', [
    (None, DataNotFoundError, 'does not exist'),
    ('\n', DataNotFoundError, 'names no pair'),
    ('a.png b.png\n', DataMismatchError, 'line 1: expected 2 or 3 names'),
    ('a.png\tb.png\nc.png\td.png\te.png', DataMismatchError,
     'line 2: expected 2 names'),
    ('a.png\t\n', DataMismatchError, 'line 1'),
])
def test_a_list_that_makes_no_sense_is_refused(pairs, text, error, message):
    if text is not None:
        (pairs / 'list.txt').write_text(text)
    with pytest.raises(error, match=message):
        _dataset(pairs, ann_file='list.txt')


@pytest.mark.parametrize('arguments, message', [
    (dict(data_prefix=dict(gt='a')), 'data_prefix must be'),
    (dict(data_prefix=dict(img='a', gt='b'), ann_file='c'), 'not both'),
    (dict(split='test'), "split must be .*'test'"),
    (dict(val_share=1), 'val_share must be'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        PairedPhotographDataset(**arguments)


@pytest.mark.parametrize('name', ['train', 'val'])
def test_the_config_moves_photographs_and_mask_together(
        pairs, monkeypatch, name):
    """Cropped, flipped and resized, they still tell of the same damage."""
    monkeypatch.setenv('OWN_PICTURES', str(pairs))
    config = Config.fromfile(CONFIG)
    dataset = config[f'{name}_dataloader'].dataset
    dataset.split = None
    dataset = DATASETS.build(dataset)
    sides = set()
    for index in range(6):
        sample = dataset[SeededIndex(index, seed=index)]
        assert sample['inputs'].shape == (3, 256, 256)
        packed = sample['data_samples']
        assert set(packed.mask.unique().tolist()) <= {0, 1}
        differs = (sample['inputs'].int() - packed.gt_img).abs().amax(0) > 80
        both = (differs & packed.mask[0].bool()).sum()
        either = (differs | packed.mask[0].bool()).sum()
        assert both / either > 0.9
        sides.add(bool(differs[:, :128].sum() > differs[:, 128:].sum()))
    assert name == 'val' or len(sides) == 2  # some were flipped
