"""The wheel brings what OpenMMLab's tools look for in an installation."""
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCES = ('hcl_mmagic', 'configs', 'tools', 'LICENSE', 'MANIFEST.in',
           'README.md', 'model-index.yml', 'pyproject.toml', 'setup.cfg',
           'setup.py')
pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked archive of the sources."""
    folder = tmp_path_factory.mktemp('sdist')
    # A build leaves files in the tree that it starts from.
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / 'source' / name)
    (folder / 'source/tests').mkdir()
    (folder / 'source/tests/test_of_a_checkout.py').touch()
    subprocess.run([
        sys.executable, '-c', 'import sys; from setuptools import build_meta; '
        'build_meta.build_sdist(sys.argv[1])', folder
    ], cwd=folder / 'source', check=True,
                   stdout=subprocess.DEVNULL)  # yapf: disable
    archive, = folder.glob('*.tar.gz')
    shutil.unpack_archive(archive, folder / 'unpacked')
    unpacked, = (folder / 'unpacked').iterdir()
    return unpacked


@pytest.fixture(scope='module')
def installed(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's folder in an unpacked wheel of those sources."""
    folder = tmp_path_factory.mktemp('wheel')
    source = shutil.copytree(sdist, folder / 'source')
    subprocess.run([
        sys.executable, '-m', 'pip', 'wheel', '-q', '--no-deps',
        '--no-build-isolation', '-w', folder, source
    ],
                   check=True)
    wheel, = folder.glob('*.whl')
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(folder / 'site')
    assert len(names) == len(set(names))
    return folder / 'site' / 'hcl_mmagic'


def run(installed: Path, *arguments: object) -> str:
    """Run Python in a folder without a checkout, with the unpacked wheel."""
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', *map(str, arguments)],
        cwd=installed.parent.parent,
        env={
            **os.environ, 'PYTHONPATH': str(installed.parent)
        },
        capture_output=True,
        text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_sources_are_whole_and_without_half_of_the_tests(sdist: Path) -> None:
    for folder in ('hcl_mmagic', 'configs', 'tools'):
        expected = {
            path.relative_to(ROOT)
            for path in (ROOT / folder).rglob('*')
            if path.suffix in ('.py', '.yml', '.sh', '.pth', '.onnx', '.typed')
        }
        assert expected <= {
            path.relative_to(sdist)
            for path in (sdist / folder).rglob('*')
        }
    assert not (sdist / 'tests').exists()


def test_mim_finds_configs_tools_and_index(installed: Path) -> None:
    mim = installed / '.mim'
    for name in ('configs', 'tools'):
        expected = {
            path.relative_to(ROOT)
            for path in (ROOT / name).rglob('*')
            if path.suffix in ('.py', '.yml')
        }
        assert expected == {
            path.relative_to(mim)
            for path in (mim / name).rglob('*')
            if path.suffix in ('.py', '.yml')
        }
    index = yaml.safe_load((mim / 'model-index.yml').read_text())
    for metafile in index['Import']:
        for model in yaml.safe_load((mim / metafile).read_text())['Models']:
            assert (mim / model['Config']).is_file()
    # MIM takes a file of the name that it is given, wherever it stands.
    assert len(list(installed.rglob('hcl_quickstart.py'))) == 1


def test_weights_are_there_once_and_what_builds_a_checkout_is_not(
        installed: Path) -> None:
    assert [path.parent.name
            for path in installed.rglob('*.pth')] == ['model_zoo']
    assert not list(installed.rglob('setup_env.sh'))
    assert not list(installed.rglob('__pycache__'))


def test_mmengine_finds_a_config_by_name(installed: Path) -> None:
    code = ('import hcl_mmagic, mmengine.hub; print(mmengine.hub.get_config('
            "'hcl_mmagic::hcl_quickstart.py').filename)")
    path = installed / '.mim' / 'configs' / 'hcl_quickstart.py'
    assert run(installed, '-c', code) == f'{path}\n'


@pytest.mark.parametrize('tool',
                         ['train.py', 'analysis_tools/browse_corruptions.py'])
def test_tools_run_from_there(installed: Path, tool: str) -> None:
    path = installed / '.mim' / 'tools' / tool
    assert 'usage: ' in run(installed, path, '-h')


def test_commands_and_the_index_of_weights_come_along(installed: Path) -> None:
    points, = installed.parent.glob('*.dist-info/entry_points.txt')
    for name in ('hcl-restore', 'hcl-serve', 'hcl-webui'):
        assert f'{name} = hcl_mmagic.' in points.read_text()
    listed = run(
        installed, '-c', 'from hcl_mmagic.restore_command.main import main; '
        "main(['weights', 'list'])")
    assert f'here: {installed}/model_zoo/hcl_small-' in listed
