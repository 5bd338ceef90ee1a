"""The command that serves the page."""
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from page_browser import free_port
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.service import command_line
from hcl_mmagic.webui import main as command

TOOL = Path(__file__).parents[2] / 'tools/webui.py'
needs_gradio = pytest.mark.skipif(
    importlib.util.find_spec('gradio') is None,
    reason="needs pip install 'hcl-mmagic[web]'")


def test_help_imports_nothing_heavy() -> None:
    shown = subprocess.run([sys.executable, '-X', 'importtime', TOOL, '-h'],
                           capture_output=True,
                           text=True,
                           check=True)
    assert '--queue-size' in shown.stdout
    for package in ('torch', 'mmengine', 'numpy', 'gradio'):
        assert f' {package}\n' not in shown.stderr


def test_missing_gradio_is_said_in_one_line(
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(command_line, 'find_spec', lambda name: None)
    assert command.main([]) == 1
    assert capsys.readouterr().err == (
        "Error: the web page needs Gradio: pip install 'hcl-mmagic[web]'\n")


@needs_gradio
def test_missing_checkpoint_is_said_in_one_line(
        tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    missing = tmp_path / 'missing.pth'
    assert command.main(['--checkpoint', str(missing)]) == 1
    message = capsys.readouterr().err
    assert str(missing) in message
    assert message.count('\n') == 1


@pytest.mark.parametrize('arguments', [
    ['--max-pixels', '0'],
    ['--queue-size', 'many'],
    ['--max-file-size', '-1'],
    ['--port', 'here'],
])
def test_impossible_numbers_are_refused(arguments: list,
                                        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        command.main(arguments)
    assert arguments[0] in capsys.readouterr().err


@needs_gradio
@pytest.mark.slow
def test_page_is_served_until_it_is_ended(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path / 'tiny.pth')
    arguments = [
        '--checkpoint', tmp_path / 'tiny.pth', '--device', 'cpu', '--port',
        str(free_port())
    ]
    server = subprocess.Popen(
        [sys.executable, '-W', 'ignore', TOOL, *arguments],
        env=dict(os.environ, TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        text=True)
    try:
        said = server.stdout.readline()
        url = said.split()[4]
        assert url.startswith('http://127.0.0.1:')
        assert list(tmp_path.glob('hcl_webui_*'))
        assert 'Restore a damaged photograph' in requests.get(url).text
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        assert not list(tmp_path.glob('hcl_webui_*'))
    finally:
        server.kill()
        server.communicate()
