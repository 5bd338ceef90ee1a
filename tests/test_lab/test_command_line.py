"""What the tools do before the heavy imports."""
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.logging import HistoryBuffer
from torch._utils import ExceptionWrapper

from hcl_mmagic.errors import DataNotFoundError, IncompatibleStackError
from hcl_mmagic.lab.command_line import build_parser, message_for_people

TOOLS = Path(__file__).resolve().parents[2] / 'tools'
HELP = """
import runpy, sys
sys.argv = [{tool!r}, '-h']
try:
    runpy.run_path({path!r}, run_name='__main__')
except SystemExit:
    heavy = {{'torch', 'mmengine', 'numpy', 'mmagic'}} & set(sys.modules)
    print('heavy:', sorted(heavy))
"""


@pytest.mark.parametrize('tool', [
    'train.py', 'test.py', 'analysis_tools/freeze_test_set.py',
    'analysis_tools/compare_methods.py'
])
def test_help_imports_nothing_heavy(tool: str) -> None:
    code = HELP.format(tool=tool, path=str(TOOLS / tool))
    result = subprocess.run([sys.executable, '-c', code],
                            capture_output=True,
                            text=True)
    assert 'usage: ' in result.stdout
    assert result.stdout.splitlines()[-1] == 'heavy: []'


@pytest.mark.parametrize('spelling', ['--local-rank', '--local_rank'])
def test_both_spellings_of_the_local_rank(spelling: str) -> None:
    args = build_parser('').parse_args(['a.py', f'{spelling}=1'])
    assert args.local_rank == 1


def test_the_innermost_message_is_taken() -> None:
    try:
        try:
            raise DataNotFoundError('no folder x')
        except DataNotFoundError as error:
            raise type(error)(f'class `A` in a.py: {error}')
    except DataNotFoundError as error:
        assert message_for_people(error) == 'no folder x'


def test_the_traceback_of_a_data_loader_worker_is_left_out() -> None:
    try:
        try:
            raise DataNotFoundError('a.png: not there')
        except DataNotFoundError:
            wrapper = ExceptionWrapper(where='in DataLoader worker process 0')
        wrapper.reraise()
    except DataNotFoundError as error:
        assert 'Traceback' in str(error)
        assert message_for_people(error) == 'a.png: not there'


def test_a_message_survives_an_import_error() -> None:
    try:
        try:
            raise IncompatibleStackError('torch is too old')
        except ImportError:
            raise ImportError('Failed to import hcl_mmagic')
    except ImportError as error:
        assert message_for_people(error) == 'torch is too old'


def test_a_checkpoint_of_mmengine_s_own_hook_says_what_to_keep(
        tmp_path: Path) -> None:
    path = tmp_path / 'iter_1.pth'
    torch.save(dict(state_dict={}, message_hub=HistoryBuffer()), path)
    with pytest.raises(pickle.UnpicklingError) as raised:
        torch.load(path, weights_only=True)
    message = message_for_people(raised.value)
    assert 'HistoryBuffer' in message
    command = message[message.index('import torch'):-1]
    exec(
        command.replace('IT.pth',
                        str(path)).replace('weights.pth',
                                           str(tmp_path / 'weights.pth')))
    assert torch.load(
        tmp_path / 'weights.pth', weights_only=True) == dict(state_dict={})


@pytest.mark.parametrize('error', [
    TypeError("f() got an unexpected keyword argument 'x'"),
    KeyError('x'),
    FileNotFoundError('x'),
])
def test_other_errors_are_not_for_people(error: Exception) -> None:
    assert message_for_people(error) is None


def test_without_the_toolbox_its_packages_are_advised(
        monkeypatch: pytest.MonkeyPatch) -> None:
    error = ModuleNotFoundError("No module named 'mmcv'", name='mmcv')
    assert message_for_people(error) is None
    monkeypatch.setattr('hcl_mmagic.lab.command_line.has_toolbox',
                        lambda: False)
    message = message_for_people(error)
    assert 'mmcv is not installed' in message
    assert 'pip install "hcl-mmagic[toolbox]"' in message
