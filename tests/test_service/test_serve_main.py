"""The command that serves."""
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from page_browser import free_port

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.service import command_line
from hcl_mmagic.service.main import build_parser, main

needs_packages = pytest.mark.skipif(
    importlib.util.find_spec('prometheus_client') is None,
    reason="needs pip install 'hcl-mmagic[serve]'")
# The command, with an inferencer that is there at once.
COMMAND = """
import sys
from known_inferencer import KnownInferencer
from hcl_mmagic import apis
from hcl_mmagic.service.main import main
apis.HCLInferencer = KnownInferencer
sys.exit(main(sys.argv[1:]))
"""


def test_only_this_machine_is_served_unless_told_otherwise() -> None:
    assert build_parser().parse_args([]).host == '127.0.0.1'


def test_missing_packages_are_said_in_one_line(
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(command_line, 'find_spec', lambda name: None)
    assert main([]) == 1
    assert capsys.readouterr().err == (
        'Error: the service needs FastAPI and others: pip install '
        "'hcl-mmagic[serve]'\n")


@pytest.mark.parametrize('arguments', [
    ['--timeout', '0'],
    ['--port', '70000'],
    ['--queue-size', '-1'],
])
def test_impossible_numbers_are_refused(arguments: list,
                                        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        main(arguments)
    assert arguments[0] in capsys.readouterr().err


@needs_packages
def test_a_taken_port_is_named() -> None:
    from hcl_mmagic.service.application import open_socket
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f'127.0.0.1:{port}.*--port'):
            open_socket('127.0.0.1', port)


@needs_packages
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == 'win32', reason='has no SIGTERM')
def test_it_is_served_until_it_is_ended() -> None:
    port = free_port()
    tests = Path(__file__).parents[1]
    server = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-c', COMMAND, '--port', str(port)],
        env=dict(
            os.environ, PYTHONPATH=os.pathsep.join(
                map(str, (tests.parent, tests)))),
        stdout=subprocess.PIPE,
        text=True)  # yapf: disable
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        assert said.startswith(f'The service is at http://127.0.0.1:{port}/')
        health = requests.get(f'http://127.0.0.1:{port}/health', timeout=60)
        assert health.json()['status'] == 'ok'
        start = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        assert time.monotonic() - start < 10
    finally:
        server.kill()
        server.communicate()
