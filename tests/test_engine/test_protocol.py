"""What a test scores, and the protocol of HCL's authors."""
import copy
from pathlib import Path

import pytest
from mmengine.config import Config

from hcl_mmagic.engine.protocol import describe_test, set_authors_protocol
from hcl_mmagic.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / 'configs'


def read(name):
    return Config.fromfile(CONFIGS / f'{name}.py')


def by_authors(name):
    cfg = read(name)
    set_authors_protocol(cfg)
    return cfg


@pytest.mark.parametrize('name, by_default, of_authors', [
    ('hcl_places_512', 'composite image; places365/val_large',
     'raw image; places365/test_large'),
    ('hcl_imagenet_256', 'composite image; imagenet/val',
     'raw image; imagenet/test'),
    ('hcl_ffhq_256', 'composite image; ffhq/val', 'raw image; ffhq/val'),
    ('hcl_logo30k_256', 'composite image; logo30k/val',
     'raw image; logo30k/val'),
    ('vcnet_places_256', 'raw image; places365/val_large',
     'raw image; places365/test_large'),
    ('mprnet_places_256', 'raw image; places365/val_large',
     'raw image; places365/test_large'),
    ('blind_aot-gan_places_512', 'composite image; places365/val_large',
     'raw image; places365/test_large'),
    ('segmenter_places_512', 'places365/val_large', 'places365/test_large'),
])
def test_a_test_is_described(name, by_default, of_authors):
    assert describe_test(read(name)) == by_default
    assert describe_test(by_authors(name),
                         'authors') == f'{of_authors}; protocol: authors'


def test_other_data_are_described():
    cfg = read('hcl_quickstart')
    assert describe_test(cfg) == 'composite image; PackagedPhotographs'
    cfg.test_dataloader.dataset = dict(
        type='FrozenTestSet', data_root='somewhere/seen')
    assert describe_test(cfg) == 'composite image; frozen test set seen'
    cfg.test_dataloader = [
        dict(dataset=dict(type='CleanImageDataset', data_root=f'data/{name}'))
        for name in 'abba'
    ]
    assert describe_test(cfg) == 'composite image; a, b'


def changes(cfg, other, path=''):
    """Where two configs differ, with both values."""
    if isinstance(cfg, dict):
        for key in cfg:
            yield from changes(cfg[key], other[key], f'{path}.{key}')
    elif isinstance(cfg, (list, tuple)) and len(cfg) == len(other):
        for index, pair in enumerate(zip(cfg, other)):
            yield from changes(*pair, f'{path}.{index}')
    elif cfg != other:
        yield path, cfg, other


def test_the_authors_protocol_changes_parts_number_and_image():
    cfg = read('hcl_ffhq_256')
    before = copy.deepcopy(cfg.to_dict())
    set_authors_protocol(cfg)
    folder = '.test_dataloader.dataset.pipeline.2.contents.0.folder'
    assert sorted(changes(before, cfg.to_dict())) == sorted([
        ('.model.composite', True, False),
        (f'{folder}.0', 'data/celebahq/val', 'data/celebahq/test'),
        (f'{folder}.1', 'data/imagenet/val', 'data/imagenet/test'),
        ('.test_dataloader.dataset.indices', 1000, 3000),
    ])


def test_folders_elsewhere_keep_their_place():
    cfg = read('hcl_places_256')
    dataset = cfg.test_dataloader.dataset
    dataset.data_root = '/disk/places365/'
    dataset.data_prefix.gt = ['val_large', 'val_256']
    dataset.pipeline[3].contents[0].folder = '/disk/imagenet/val/'
    set_authors_protocol(cfg)
    dataset = cfg.test_dataloader.dataset
    assert dataset.data_root == '/disk/places365/'
    assert dataset.data_prefix.gt == ['test_large', 'test_256']
    assert dataset.pipeline[3].contents[0].folder == '/disk/imagenet/test'


@pytest.mark.parametrize('name, data', [
    ('hcl_detector_bsds_64', 'data/bsds500'),
    ('hcl_quickstart', 'a PackagedPhotographs'),
    ('hcl_own_pairs_256', 'data/own'),
])
def test_other_data_are_refused(name, data, monkeypatch):
    monkeypatch.delenv('OWN_PICTURES', raising=False)
    with pytest.raises(ConfigError, match=f'places365.*takes {data}'):
        by_authors(name)


def test_other_content_is_refused():
    cfg = read('hcl_places_256')
    cfg.test_dataloader.dataset.pipeline[3].contents[0].folder = 'data/faces'
    with pytest.raises(ConfigError, match='config takes data$'):
        set_authors_protocol(cfg)
