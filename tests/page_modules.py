"""Functions of the page in docs/demo, called by Node."""
import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, List, NamedTuple, Optional

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
MODULES = ROOT / 'docs/demo/modules'
needs_node = pytest.mark.skipif(
    shutil.which('node') is None, reason='needs Node.js 20')


class Called(NamedTuple):
    """What a function returned, its arguments afterwards, and what it says
    to a person if it refuses them."""
    result: Any
    args: List[Any]
    problem: Optional[str]


def call(module: str, function: str, *args: Any) -> Called:
    """Arrays ``(H, W)`` or ``(H, W, C)`` become pictures, of one axis plain
    arrays; what comes back likewise, with all three axes."""
    request = json.dumps([module, function, [_encode(arg) for arg in args]])
    done = subprocess.run(
        ['node', str(MODULES.parents[2] / 'tests/page_modules.mjs'),
         MODULES.as_uri()],
        input=request.encode(), capture_output=True,
        timeout=120)  # yapf: disable
    assert not done.returncode, done.stderr.decode()
    answer = json.loads(done.stdout)
    return Called(
        _decode(answer.get('result')), _decode(answer['args']),
        answer.get('problem'))


def constants(module: str) -> Any:
    """What a module exports that is no function."""
    return call(module, '').result


def _encode(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return dict(
        kind=value.dtype.name,
        shape=value.shape,
        isPlain=value.ndim == 1,
        bytes=base64.b64encode(np.ascontiguousarray(value)).decode())


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if 'kind' in value:
        values = np.frombuffer(
            base64.b64decode(value['bytes']), np.dtype(value['kind']))
        return values.reshape(value['shape'])
    return {key: _decode(item) for key, item in value.items()}
