"""Tests of hcl_mmagic/datasets/sample_photographs.py."""
import itertools
import os
import sys

import pytest
from skimage.data import chelsea, coffee

from hcl_mmagic.datasets import PackagedPhotographs, packaged_photographs
from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.photographs.eight_bits import read_image

SPLITS = ('train', 'test', 'noise_train', 'noise_test')


def test_no_photograph_is_in_two_splits():
    for first, second in itertools.combinations(SPLITS, 2):
        names = [set(packaged_photographs(split)) for split in (first, second)]
        assert names[0] and names[1] and not names[0] & names[1]


def test_every_photograph_covers_a_crop_of_256_pixels():
    for path in packaged_photographs(SPLITS):
        assert min(read_image(path).shape[:2]) >= 256


def test_the_test_photographs_are_those_of_scikit_image():
    images = [read_image(path) for path in packaged_photographs('test')]
    assert (images[0] == chelsea()).all() and (images[1] == coffee()).all()


def test_the_dataset_holds_each_test_photograph_eight_times():
    dataset = PackagedPhotographs(
        split='test',
        pipeline=[dict(type='LoadResizedPhotograph', short_side=64)],
        test_mode=True,
        repeats=8)
    assert len(dataset) == 16
    assert os.path.basename(dataset[8]['gt_path']) == 'coffee.png'
    assert dataset[8]['gt'].shape == (64, 96, 3)


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="split must be one of.*'val'"):
        packaged_photographs('val')


def test_a_missing_package_is_named_with_its_remedy(monkeypatch):
    monkeypatch.delitem(sys.modules, 'sklearn', raising=False)
    monkeypatch.setattr('hcl_mmagic.datasets.sample_photographs.find_spec',
                        lambda name: None)
    with pytest.raises(DataNotFoundError, match='pip install scikit-image'):
        packaged_photographs('train')


def test_a_missing_file_is_named(monkeypatch, tmp_path):

    class Spec:
        submodule_search_locations = [str(tmp_path)]

    monkeypatch.setattr('hcl_mmagic.datasets.sample_photographs.find_spec',
                        lambda name: Spec)
    with pytest.raises(DataNotFoundError, match='lacks.*chelsea.png'):
        packaged_photographs('test')
