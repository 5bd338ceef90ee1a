"""Importing the package registers everything, once; see also
test_registration.py."""
import subprocess
import sys

import pytest
from mmagic.registry import MODELS

import hcl_mmagic


def run_python(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          capture_output=True,
                          text=True)


@pytest.mark.parametrize('name', [
    'HCLEncoder', 'ContrastiveDetectorHead', 'MaskGuidedDecoder',
    'ConvUNetRefiner', 'SNPatchDiscriminator', 'HCLRestorer'
])
def test_networks_are_registered(name: str) -> None:
    assert MODELS.get(name).__module__.startswith('hcl_mmagic.')


def test_version_is_a_number() -> None:
    assert all(part.isdigit() for part in hcl_mmagic.__version__.split('.'))


@pytest.mark.slow
def test_a_name_already_taken_is_an_error() -> None:
    result = run_python('from mmagic.registry import MODELS\n'
                        "MODELS.register_module(name='HCLEncoder', "
                        'module=object)\n'
                        'import hcl_mmagic.models\n')
    assert result.returncode == 1
    assert 'KeyError' in result.stderr
    assert 'HCLEncoder is already registered' in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize('order', [('hcl_mmagic', 'mmengine'),
                                   ('mmengine', 'hcl_mmagic')])
def test_versions_are_checked_before_anything_else(order: tuple) -> None:
    result = run_python('import importlib.metadata as metadata, sys\n'
                        "metadata.version = lambda name: '9.9'\n"
                        'try:\n'
                        f'    import {order[0]}, {order[1]}\n'
                        'except ImportError as error:\n'
                        "    print('mmagic' in sys.modules, error)\n")
    assert result.stdout.startswith('False mmengine 9.9 does not work here')
