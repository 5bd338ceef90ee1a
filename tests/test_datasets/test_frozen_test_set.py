"""Tests of hcl_mmagic/datasets/frozen_test_set.py."""
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmagic.registry import DATASETS
from PIL import Image

from hcl_mmagic.datasets import FrozenTestSet
from hcl_mmagic.datasets.frozen_test_set import fingerprint
from hcl_mmagic.errors import (DataNotFoundError, FrozenTestSetError,
                               PhotographError)

SIZE = (12, 16)


def _pictures(index: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(index)
    return dict(
        corrupted=rng.integers(256, size=(*SIZE, 3), dtype=np.uint8),
        clean=rng.integers(256, size=(*SIZE, 3), dtype=np.uint8),
        mask=255 * rng.integers(2, size=SIZE, dtype=np.uint8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three samples, written without any code of the package."""
    samples = []
    for index in range(3):
        name = f'{index:06d}'
        hashes = {}
        for kind, picture in _pictures(index).items():
            (tmp_path / kind).mkdir(exist_ok=True)
            Image.fromarray(picture).save(tmp_path / kind / f'{name}.png')
            hashes[kind] = hashlib.sha256(
                str(picture.shape).encode() + picture.tobytes()).hexdigest()
        samples.append(
            dict(name=name, gt='a.jpg', mask_ratio=0.5, sha256=hashes))
    samples[1]['corruption'] = 'Scratch'
    lines = [
        sample['sha256'][kind] for sample in samples
        for kind in ('corrupted', 'clean', 'mask')
    ]
    manifest = dict(
        format=1,
        fingerprint=hashlib.sha256('\n'.join(lines).encode()).hexdigest(),
        samples=samples)
    (tmp_path / 'manifest.json').write_text(json.dumps(manifest))
    return tmp_path


def _read(folder: Path) -> FrozenTestSet:
    return FrozenTestSet(data_root=str(folder), pipeline=[])


def test_a_sample_is_what_was_frozen(folder: Path) -> None:
    dataset = _read(folder)
    assert len(dataset) == 3
    for index in range(3):
        sample, expected = dataset[index], _pictures(index)
        assert (sample['img'] == expected['corrupted']).all()
        assert (sample['gt'] == expected['clean']).all()
        assert sample['mask'].dtype == np.float32
        assert (sample['mask'][..., 0] == expected['mask'] / 255).all()
        assert sample['gt_path'] == str(folder / f'clean/{index:06d}.png')
    assert dataset[1]['corruption'] == 'Scratch'
    assert 'corruption' not in dataset[0]


def test_a_config_packs_it_for_the_model(folder: Path) -> None:
    dataset = DATASETS.build(
        dict(type='FrozenTestSet', data_root=str(folder), indices=2))
    assert len(dataset) == 2
    sample = dataset[1]
    corrupted = torch.from_numpy(_pictures(1)['corrupted']).permute(2, 0, 1)
    assert torch.equal(sample['inputs'], corrupted)
    packed = sample['data_samples']
    assert packed.mask.shape == (1, *SIZE)
    assert packed.gt_img.shape == (3, *SIZE)
    assert packed.img_channel_order == packed.gt_channel_order == 'rgb'


@pytest.mark.parametrize('kind', ['corrupted', 'clean', 'mask'])
def test_a_changed_pixel_names_the_file(folder: Path, kind: str) -> None:
    picture = _pictures(2)[kind]
    picture.flat[0] = 255 - picture.flat[0]
    Image.fromarray(picture).save(folder / kind / '000002.png')
    dataset = _read(folder)
    dataset[1]
    with pytest.raises(
            FrozenTestSetError, match=f'{kind}/000002.png does not show'):
        dataset[2]


def test_another_png_encoder_does_not_matter(folder: Path) -> None:
    path = folder / 'clean/000000.png'
    before = path.read_bytes()
    Image.fromarray(_pictures(0)['clean']).save(path, compress_level=0)
    assert path.read_bytes() != before
    assert (_read(folder)[0]['gt'] == _pictures(0)['clean']).all()


def test_a_cut_off_file_names_the_file(folder: Path) -> None:
    path = folder / 'clean/000000.png'
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(PhotographError, match='clean/000000.png'):
        _read(folder)[0]


def test_the_fingerprint_depends_on_every_hash_and_on_their_order() -> None:
    kinds = ('corrupted', 'clean', 'mask')
    first, second = (
        dict(sha256={kind: kind + name
                     for kind in kinds}) for name in 'ab')
    fingerprints = {
        fingerprint([first, second]),
        fingerprint([second, first]),
        fingerprint([first])
    }
    for kind in kinds:
        hashes = dict(first['sha256'], **{kind: 'other'})
        fingerprints.add(fingerprint([dict(sha256=hashes), second]))
    assert len(fingerprints) == 6


def _edit(folder: Path, **changes: object) -> None:
    path = folder / 'manifest.json'
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_changed_manifest_is_refused(folder: Path) -> None:
    samples = json.loads((folder / 'manifest.json').read_text())['samples']
    _edit(folder, samples=samples[:2])
    with pytest.raises(FrozenTestSetError, match='manifest.json was changed'):
        _read(folder)


def test_a_manifest_of_another_format_is_refused(folder: Path) -> None:
    _edit(folder, format=2)
    with pytest.raises(FrozenTestSetError, match='format 2.*reads format 1'):
        _read(folder)


@pytest.mark.parametrize('text', ['{"format": 1', '[]', '{}',
                                  '{"format": 1, "samples": [{}]}'])  \
    # yapf: disable
def test_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / 'manifest.json').write_text(text)
    with pytest.raises(FrozenTestSetError, match='is not the manifest'):
        _read(folder)


def test_a_missing_file_ends_at_the_start(folder: Path) -> None:
    (folder / 'mask/000002.png').unlink()
    with pytest.raises(DataNotFoundError, match='lacks .*mask/000002.png'):
        _read(folder)


def test_a_folder_without_manifest_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match='freeze_test_set.py'):
        _read(tmp_path)
