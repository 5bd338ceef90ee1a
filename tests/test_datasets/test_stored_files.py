"""Training from tar shards and object storage."""
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import hcl_mmagic.engine  # noqa: F401 (registers the backend)
from hcl_mmagic.datasets import CleanImageDataset
from hcl_mmagic.datasets.stored_files import fetch, is_stored
from hcl_mmagic.errors import PhotographError

LOAD = [dict(type='LoadResizedPhotograph', short_side=20)]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Folder with '0.png' to '3.png', and the tar file 's/0.tar' of it."""
    rng = np.random.default_rng(0)
    (tmp_path / 'plain').mkdir()
    (tmp_path / 's').mkdir()
    with tarfile.open(tmp_path / 's/0.tar', 'w') as archive:
        for index in range(4):
            path = tmp_path / f'plain/{index}.png'
            noise = rng.integers(0, 255, (30, 40, 3), dtype=np.uint8)
            Image.fromarray(noise).save(path)
            archive.add(path, f'{index}.png')
    return tmp_path


def loaded(**where: object) -> list:
    dataset = CleanImageDataset(pipeline=LOAD, **where)  # type: ignore
    return [dataset[index]['gt'] for index in range(len(dataset))]


def test_tar_shards_give_the_same_samples(pictures: Path) -> None:
    (pictures / 'list.txt').write_text(
        ''.join(f'0.tar/{index}.png\n' for index in range(4)))
    plain = loaded(data_root=str(pictures / 'plain'))
    stored = loaded(data_root=str(pictures / 's'),
                    ann_file=str(pictures / 'list.txt'))  # yapf: disable
    np.testing.assert_array_equal(stored, plain)


def test_addresses_give_the_same_samples(pictures: Path) -> None:
    fsspec = pytest.importorskip('fsspec')
    files = fsspec.filesystem('memory')
    for index in range(4):
        files.pipe_file(f'/places/{index}.png',
                        (pictures / f'plain/{index}.png').read_bytes())
    (pictures / 'list.txt').write_text(
        ''.join(f'{index}.png\n' for index in range(4)))
    stored = loaded(data_root='memory://places',
                    ann_file=str(pictures / 'list.txt'))  # yapf: disable
    np.testing.assert_array_equal(
        stored, loaded(data_root=str(pictures / 'plain')))
    files.store.clear()


def test_what_cannot_be_read_is_replaced_by_the_next(pictures: Path) -> None:
    (pictures / 'list.txt').write_text('0.tar/none.png\n0.tar/1.png\n')
    with pytest.warns(UserWarning, match='none.png is not in'):
        first, second = loaded(data_root=str(pictures / 's'),
                               ann_file=str(pictures / 'list.txt'))
    np.testing.assert_array_equal(first, second)
    with pytest.raises(PhotographError, match='none.png is not in'):
        fetch(f'{pictures}/s/0.tar/none.png')


def test_plain_paths_stay_paths() -> None:
    for path in ('a.png', '/a/b.tar.png', 'C:/a.png', 'a.tar'):
        assert not is_stored(path) and fetch(path) == path
    assert is_stored('s3://b/a.png') and is_stored('a/b.tar/c.png')


def test_a_tar_file_can_be_read_by_processes_that_have_forked(
        pictures: Path) -> None:
    from torch.utils.data import DataLoader
    (pictures / 'list.txt').write_text(
        ''.join(f'0.tar/{index % 4}.png\n' for index in range(64)))
    dataset = CleanImageDataset(
        data_root=str(pictures / 's'), ann_file=str(pictures / 'list.txt'),
        pipeline=LOAD)  # yapf: disable
    expected = [dataset[index]['gt'] for index in range(4)]  # opens it here
    seen = list(DataLoader(dataset, batch_size=None, num_workers=2,
                           collate_fn=lambda sample: sample['gt']))
    for index, picture in enumerate(seen):
        np.testing.assert_array_equal(picture, expected[index % 4])


def test_members_are_those_of_the_content(pictures: Path) -> None:
    content = fetch(f'{pictures}/s/0.tar/2.png')
    assert isinstance(content, bytes)
    assert Image.open(io.BytesIO(content)).size == (40, 30)
