"""A job from S3 to S3, against a server on this machine."""
import io
import tarfile
from pathlib import Path
from typing import Any, Callable, Iterator
from urllib.request import Request, urlopen

import pytest
from known_inferencer import KnownInferencer, picture, save

from hcl_mmagic.jobs import storage
from hcl_mmagic.jobs.storage import open_folder, state_of_file

s3fs = pytest.importorskip(
    's3fs', reason='needs s3fs: pip install s3fs "moto[server]"')
moto_server = pytest.importorskip(
    'moto.server', reason='needs moto: pip install s3fs "moto[server]"')


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The file system of an empty bucket 's3://bucket'."""
    server = moto_server.ThreadedMotoServer(ip_address='127.0.0.1', port=0)
    server.start()
    host, port = server.get_host_and_port()
    urlopen(Request(f'http://{host}:{port}/moto-api/reset', method='POST'))
    for name, value in dict(
            AWS_ENDPOINT_URL=f'http://{host}:{port}',
            AWS_ACCESS_KEY_ID='nobody',
            AWS_SECRET_ACCESS_KEY='nothing',
            AWS_DEFAULT_REGION='us-east-1').items():
        monkeypatch.setenv(name, value)
    files = s3fs.S3FileSystem(use_listings_cache=False)
    files.mkdir('bucket')
    yield files
    s3fs.S3FileSystem.clear_instance_cache()
    storage._open_remote.cache_clear()
    server.stop()


@pytest.mark.slow
def test_a_job_from_s3_to_s3(bucket: Any, tmp_path: Path,
                             restore: Callable[..., int]) -> None:
    names = [f'{index}.png' for index in range(6)]
    for index, name in enumerate(names):
        path = save(tmp_path / 'in' / name,
                    picture(9 * (index % 2), seed=index))
        bucket.pipe_file(f'bucket/in/{name}', path.read_bytes())
    bucket.pipe_file('bucket/list.txt',
                     ''.join(f'in/{name}\n' for name in names).encode())
    manifest, out = 's3://bucket/list.txt', 's3://bucket/out'
    for number in (1, 2):
        assert restore('--manifest', manifest, '-o', out, '--shard',
                       f'{number}/2') == 0
    assert restore('receipts', out, '--manifest', manifest, '--contents') == 0
    assert restore('--manifest', 'in', '-o', 'local/in') == 0
    for name in names:
        assert bucket.cat_file(f'bucket/out/in/{name}') == \
            (tmp_path / 'local/in' / name).read_bytes()

    restore('--manifest', manifest, '-o', out)
    assert KnownInferencer.latest.batches == []
    changed = save(tmp_path / 'changed.png', picture(9, seed=99))
    bucket.pipe_file('bucket/in/0.png', changed.read_bytes())
    bucket.rm_file('bucket/out/in/1.png')
    restore('--manifest', manifest, '-o', out)
    assert KnownInferencer.latest.batches == [1, 1]
    assert restore('--manifest', 's3://bucket/in', '-o', 's3://bucket/b') == 0


@pytest.mark.slow
def test_tar_shards_of_s3(bucket: Any, tmp_path: Path,
                          restore: Callable[..., int]) -> None:
    content = save(tmp_path / 'a.png', picture()).read_bytes()
    for number in range(2):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode='w') as archive:
            item = tarfile.TarInfo('a.png')
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
        bucket.pipe_file(f'bucket/{number}.tar', stream.getvalue())
    for manifest in ('s3://bucket/*.tar', 's3://bucket/{0..1}.tar'):
        assert restore('--manifest', manifest, '-o', 'out') == 0
        assert (tmp_path / 'out/1/a.png').exists()
    assert restore('receipts', 'out', '--manifest', 's3://bucket/*.tar') == 0


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_told(
        bucket: Any, tmp_path: Path, restore: Callable[..., int],
        capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'in/a.png', picture())
    assert restore('--manifest', 'in', '-o', 's3://nobucket/out') == 1
    assert 's3://nobucket/out' in capsys.readouterr().err
    assert restore('--manifest', 's3://bucket/none.txt', '-o', 'out') == 1
    assert 'There is no file s3://bucket/none.txt' in capsys.readouterr().err


@pytest.mark.slow
def test_an_object_has_a_state_and_a_put_is_whole(bucket: Any) -> None:
    folder = open_folder('s3://bucket/out')
    folder.write('a.png', b'one')
    before = state_of_file('s3://bucket/out/a.png')
    folder.write('a.png', b'two')
    assert state_of_file('s3://bucket/out/a.png') != before
    assert folder.list_below('') == ['a.png']
