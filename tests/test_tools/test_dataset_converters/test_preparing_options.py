"""The command line of all scripts."""
import subprocess
import sys
from pathlib import Path

import pytest

CONVERTERS = Path(__file__).resolve().parents[3] / 'tools/dataset_converters'
SCRIPTS = sorted(CONVERTERS.glob('*/prepare_*.py'))
HELP = """
import runpy, sys
sys.argv = ['script', '-h']
try:
    runpy.run_path({path!r}, run_name='__main__')
except SystemExit:
    heavy = {{'torch', 'mmengine', 'numpy', 'mmagic'}} & set(sys.modules)
    print('heavy:', sorted(heavy))
"""


@pytest.mark.parametrize('script', SCRIPTS, ids=lambda path: path.stem)
def test_help_imports_nothing_heavy(script):
    result = subprocess.run(
        [sys.executable, '-c',
         HELP.format(path=str(script))],
        capture_output=True,
        text=True)
    assert '--workers' in result.stdout and result.stderr == ''
    assert result.stdout.splitlines()[-1] == 'heavy: []'


@pytest.mark.parametrize('workers', ['0', '-1', 'many'])
def test_a_wrong_number_of_workers_is_refused(capsys, workers):
    from hcl_mmagic.lab.preparing.preparing_options import build_parser
    with pytest.raises(SystemExit, match='2'):
        build_parser('X', 'data/x').parse_args(['--workers', workers])
    assert '--workers' in capsys.readouterr().err


@pytest.mark.parametrize('script', SCRIPTS, ids=lambda path: path.stem)
def test_each_script_has_a_readme_with_its_command(script):
    readme = (script.parent / 'README.md').read_text()
    assert str(script.relative_to(CONVERTERS.parents[1])) in readme
    for heading in ('## Layout', '## Licence', '## Lists'):
        assert heading in readme
