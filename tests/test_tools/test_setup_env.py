"""tools/setup_env.sh, without installing anything."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / 'tools' / 'setup_env.sh'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the script in a tree of its own, and the few commands that
    it may use on an otherwise empty PATH."""
    (tmp_path / 'tools').mkdir()
    shutil.copy(SCRIPT, tmp_path / 'tools')
    commands = tmp_path / 'bin'
    commands.mkdir()
    for name in ('dirname', 'cat', 'rm', 'mkdir', 'touch', 'env'):
        (commands / name).symlink_to(shutil.which(name))
    return tmp_path


def run_setup(tree: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [shutil.which('bash'),
         str(tree / 'tools' / 'setup_env.sh')],
        cwd='/',
        env={
            'PATH': str(tree / 'bin'),
            'HOME': str(tree)
        },
        capture_output=True,
        text=True)


def add_python(tree: Path, name: str, code: str) -> None:
    command = tree / 'bin' / name
    command.write_text(f'#!{shutil.which("sh")}\n{code}\n')
    command.chmod(0o755)


def test_without_python_one_line_says_what_is_needed(tree: Path) -> None:
    result = run_setup(tree)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert 'needs Python 3.10, 3.11 or 3.12' in result.stderr
    assert not (tree / '.venv').exists()


def test_a_command_that_fails_is_passed_over(tree: Path) -> None:
    add_python(tree, 'python3.11', 'exit 127')
    add_python(
        tree, 'python3.10',
        'case "$1" in -c) exit 0;; --version) echo used;; *) exit 9;;'
        ' esac')
    result = run_setup(tree)
    assert 'Making .venv with used' in result.stdout
    assert result.returncode == 9


def test_nothing_is_done_when_all_is_in_place(tree: Path) -> None:
    log = tree / 'calls'
    add_python(
        tree, 'stand-in',
        f'echo "$*" >> {log}; case "$2" in *hashlib*) echo same;; esac')
    venv = tree / '.venv' / 'bin'
    venv.mkdir(parents=True)
    (venv / 'python').symlink_to(tree / 'bin' / 'stand-in')
    (tree / '.venv' / '.installed').write_text('same\n')
    result = run_setup(tree)
    assert result.returncode == 0, result.stderr
    assert 'pip' not in log.read_text() and ' uv ' not in log.read_text()
    assert result.stdout == ''


def test_an_interrupted_installation_starts_afresh(tree: Path) -> None:
    add_python(
        tree, 'python3.10',
        'case "$1" in -c) exit 0;; --version) echo used;; *) exit 9;;'
        ' esac')
    venv = tree / '.venv' / 'bin'
    venv.mkdir(parents=True)
    (venv / 'python').symlink_to(tree / 'bin' / 'python3.10')
    (tree / '.venv' / '.unfinished').touch()
    (tree / '.venv' / 'half').touch()
    result = run_setup(tree)
    assert 'Making .venv' in result.stdout
    assert not (tree / '.venv' / 'half').exists()
    assert (tree / '.venv' / '.unfinished').exists()


def test_requirements_are_pinned() -> None:
    requirements = SCRIPT.parents[1] / 'requirements'
    for path in requirements.glob('*.txt'):
        for line in path.read_text().splitlines():
            assert not line or line.startswith('#') or '==' in line, line


def test_the_lock_contains_the_direct_requirements() -> None:
    requirements = SCRIPT.parents[1] / 'requirements'

    def pins(name: str) -> set:
        lines = (requirements / name).read_text().splitlines()
        return {
            line.split(';')[0].strip().lower().replace('_', '-')
            for line in lines if line and not line.startswith('#')
        }

    direct = pins('build.txt') | pins('runtime.txt') | pins('tests.txt')
    assert direct <= pins('lock.txt')


def test_scripts_name_no_folder_of_a_machine() -> None:
    for script in SCRIPT.parent.glob('*.sh'):
        assert '/root' not in script.read_text()
        assert os.path.expanduser('~') not in script.read_text()
