"""Weights come by their names, whole, and in nobody's place."""
import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from hcl_mmagic.apis.checkpoints import find_checkpoint
from hcl_mmagic.apis.checkpoints.published import (PublishedWeights, download,
                                                   package_index, read_index)
from hcl_mmagic.errors import (CheckpointError, ConfigError, DataNotFoundError,
                               WeightsNotFoundError)
from hcl_mmagic.restore_command.main import main

CONTENT = b'weights'
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FILE = f'tiny-{SHA256[:8]}.pth'


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(tmp_path / 'cache'))
    return tmp_path / 'cache'


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Where the weights were published."""
    path = tmp_path / 'published files' / FILE
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path.as_uri()


def write_index(folder: Path, address: str, **changes: Any) -> Path:
    model = dict(Name='tiny', Weights=address, SHA256=SHA256, **changes)
    (folder / 'metafile.yml').write_text(yaml.safe_dump(dict(Models=[model])))
    index = folder / 'index.yml'
    index.write_text('Import: [metafile.yml]\n')
    return index


def test_weights_are_fetched_by_name_and_found_by_it(
        tmp_path: Path, cache: Path, address: str,
        capsys: pytest.CaptureFixture) -> None:
    index = str(write_index(tmp_path, address))
    assert main(['weights', 'list', '--index', index]) == 0
    assert f'tiny  {SHA256[:8]}  to be had: {address}' in \
        capsys.readouterr().out
    assert not cache.exists()  # nothing comes unasked
    assert main(['weights', 'download', 'tiny', '--index', index]) == 0
    assert '--checkpoint tiny' in capsys.readouterr().out
    assert find_checkpoint('tiny').read_bytes() == CONTENT
    assert [path.name for path in cache.iterdir()] == [FILE]
    main(['weights', 'list', '--index', index])
    assert f'here: {cache / FILE}' in capsys.readouterr().out


def test_what_is_there_is_not_fetched_again(cache: Path, address: str) -> None:
    cache.mkdir()
    (cache / FILE).write_bytes(CONTENT)
    gone = PublishedWeights('tiny', address.replace('files', 'x'), SHA256)
    assert download(gone) == cache / FILE


@pytest.mark.parametrize('is_folder', [False, True])
def test_another_file_is_not_overwritten(cache: Path, address: str,
                                         is_folder: bool) -> None:
    cache.mkdir()
    if is_folder:
        (cache / FILE).mkdir()
    else:
        (cache / FILE).write_bytes(b'mine')
    with pytest.raises(CheckpointError, match=FILE):
        download(PublishedWeights('tiny', address, SHA256))
    assert is_folder or (cache / FILE).read_bytes() == b'mine'


def test_other_contents_are_not_kept(cache: Path, address: str,
                                     tmp_path: Path) -> None:
    (tmp_path / 'published files' / FILE).write_bytes(b'other')
    with pytest.raises(CheckpointError, match='Nothing was kept'):
        download(PublishedWeights('tiny', address, SHA256))
    assert not cache.exists()


@pytest.mark.parametrize(
    ('changes', 'words'),
    [(dict(sha256=''), 'must say the SHA256'),
     (dict(address='http://example.org/' + FILE), 'https:// or file://'),
     (dict(address='https://example.org/other.pth'), 'ends with tiny-'),
     (dict(name='../tiny'), 'ends with')])  # yapf: disable
def test_an_index_that_does_not_say_enough_is_refused(changes: dict,
                                                      words: str,
                                                      cache: Path) -> None:
    model = dict(name='tiny', address='https://example.org/' + FILE,
                 sha256=SHA256)  # yapf: disable
    with pytest.raises(ConfigError, match=words):
        download(PublishedWeights(**{**model, **changes}))


def test_what_does_not_come_is_named(cache: Path, tmp_path: Path) -> None:
    address = (tmp_path / FILE).as_uri()
    with pytest.raises(WeightsNotFoundError, match=FILE):
        download(PublishedWeights('tiny', address, SHA256))


@pytest.mark.parametrize('text', [
    '- a', 'Models: [{Weights: 3}]', 'a: [', 'Import: [index.yml]'
])
def test_what_is_no_index_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / 'index.yml').write_text(text)
    with pytest.raises(ConfigError, match='index.yml'):
        print(read_index(tmp_path / 'index.yml'))
    with pytest.raises(DataNotFoundError, match='none.yml'):
        read_index(tmp_path / 'none.yml')


def test_the_packages_own_weights_need_no_download(
        capsys: pytest.CaptureFixture) -> None:
    models = read_index(package_index())
    assert 'hcl_small' in {model.name for model in models}
    assert all(model.path.is_file() for model in models if model.is_packaged)
    assert main(['weights', 'download', 'hcl_small']) == 0
    assert 'is there' in capsys.readouterr().out
    assert main(['weights', 'download', 'other']) == 1
    assert 'its names: hcl_small' in capsys.readouterr().err
