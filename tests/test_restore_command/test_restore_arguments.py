"""What the command line refuses, and how fast it answers."""
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hcl_mmagic import __version__
from hcl_mmagic.restore_command.arguments import build_parser, parse_args
from hcl_mmagic.restore_command.main import main

ROOT = Path(__file__).parents[2]
TOOL = ROOT / 'tools' / 'infer.py'


def parse(*arguments: str) -> object:
    return parse_args(build_parser(), arguments)


@pytest.mark.parametrize('arguments, message', [
    (['a.png'], 'either -o OUT or --in-place'),
    (['a.png', '-o', 'out', '--in-place'], 'either -o OUT or --in-place'),
    (['a.png', '--in-place', '--save', 'mask'], 'needs --save-to DIR'),
    (['a.png', '--in-place', '--skip-existing'], 'there are none'),
    (['a.png', '-o', 'out', '--mask-mode', 'add'], 'needs --mask'),
    (['a.png', '-o', 'out', '--save-to', 'masks'], 'needs --save'),
    (['a.png', '-o', 'b.png'], 'b.png looks like a photograph'),
    (['a.png', '-o', str(TOOL)], 'infer.py is a file'),
    (['a.png', '-o', 'out', '--save', 'mask,all'], 'got mask,all'),
    (['a.png', '-o', 'out', '--report', 'r.txt'], 'FILE.csv, got r.txt'),
    (['a.png', '-o', 'out', '--include', '1,2,x,4'], 'got 1,2,x,4'),
    (['a.png', '-o', 'out', '--clean-below', '1.5'], 'expected 0 to 1'),
    (['a.png', '-o', 'out', '--clean-below', 'nan'], 'expected 0 to 1'),
    (['a.png', '-o', 'out', '--dry-run', '--watch'], 'not what --watch will'),
    (['a.png', '-o', 'out', '--clean-below', '0.9', '--damaged-above', '0.1'
      ], 'must not be above'),
    (['a.png', '-o', 'out', '--workers', '0'], 'from 1 on, got 0'),
    (['a.png', '-o', 'out', '--batch-size', 'two'], 'from 1 on, got two'),
    (['a.png', '-o', 'out', '--device', 'cuda:x'], 'mps, got cuda:x'),
    (['-o', 'out'], 'say which photographs'),
])
def test_wrong_arguments_are_explained(arguments: list, message: str,
                                       capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        parse(*arguments)
    assert message in capsys.readouterr().err


def test_lists_and_rectangles_are_read() -> None:
    args = parse('a', 'b', '-o', 'out', '--save', 'panel,mask', '--exclude',
                 '1,2,3,4', '--exclude', '5,6,7,8')
    assert args.inputs == ['a', 'b'] and args.save == ('mask', 'panel')
    assert args.exclude == [(1, 2, 3, 4), (5, 6, 7, 8)]


@pytest.mark.parametrize('option, answer', [
    ('--help', 'Originals are never written'),
    ('--version', f'hcl-restore {__version__}')])  # yapf: disable
def test_answers_come_without_torch(option: str, answer: str) -> None:
    run = subprocess.run([sys.executable, '-X', 'importtime', TOOL, option],
                         capture_output=True,
                         text=True)
    assert run.returncode == 0 and answer in ' '.join(run.stdout.split())
    imported = {line.split('|')[-1].strip() for line in
                run.stderr.splitlines()}  # yapf: disable
    assert not imported & {'torch', 'numpy', 'cv2', 'mmengine', 'mmagic'}


def test_the_guide_names_options_that_exist() -> None:
    guide = (ROOT / 'docs' / 'restoring.md').read_text(encoding='utf-8')
    named = set(re.findall(r'--[a-z][a-z-]+', guide))
    assert len(named) > 20
    assert named <= set(re.findall(r'--[a-z-]+', build_parser().format_help()))


def test_the_command_is_installed() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg')
    scripts = config['options.entry_points']['console_scripts']
    assert f'hcl-restore = {main.__module__}:main' in scripts.splitlines()


def test_help_takes_less_than_a_second() -> None:
    """Of the processor, as others may use it at the same time."""
    resource = pytest.importorskip('resource')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, TOOL, '-h'], stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (after.ru_utime + after.ru_stime - before.ru_utime -
            before.ru_stime) < 1
