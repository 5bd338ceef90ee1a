"""What every test gets: fixed seeds, no state of a former test."""
import os
import random
import socket
from pathlib import Path
from typing import Iterator, List

import numpy as np
import pytest
import torch
from filelock import FileLock
from mmengine.logging import MessageHub, MMLogger
from mmengine.registry import DefaultScope
from mmengine.visualization import Visualizer

# Nothing in the tests may ask a network; no window may open.
os.environ['HF_HUB_OFFLINE'] = '1'
os.environ['MPLBACKEND'] = 'Agg'


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """Begin with the files of slow tests, such as those that need an export,
    so that no process waits for another at the end; skip what needs a GPU
    where there is none."""
    for item in items:
        if 'small_model' in getattr(item, 'fixturenames', ()):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker('slow')}
    items.sort(key=lambda item: item.path not in slow)
    if torch.cuda.is_available():
        return
    for item in items:
        if item.get_closest_marker('gpu'):
            item.add_marker(pytest.mark.skip(reason='needs a CUDA device'))


@pytest.fixture(autouse=True)
def fixed_seeds() -> None:
    """Seed the global generators before each test."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


@pytest.fixture(autouse=True)
def forget_runners() -> Iterator[None]:
    """Drop mmengine's global instances that a runner has left behind."""
    yield
    for manager in (DefaultScope, MessageHub, MMLogger, Visualizer):
        manager._instance_dict.clear()


@pytest.fixture(autouse=True)
def mmagic_scope(forget_runners: None) -> None:
    """Build what a test builds as a config with MMagic's scope would."""
    DefaultScope.get_instance('tests', scope_name='mmagic')


@pytest.fixture(scope='session')
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``small.pth``, of the family of hcl_small with few
    channels and layers, and the same for ONNX Runtime, ``small.onnx``; made
    once for all processes of a session, as an export takes its time."""
    from tiny_small import shallow_backbone, write_small_checkpoint

    from hcl_mmagic.lab.model_files.onnx_export import export
    root = tmp_path_factory.getbasetemp()
    if 'PYTEST_XDIST_WORKER' in os.environ:
        root = root.parent
    folder = root / 'small_model'
    with FileLock(root / 'small_model.lock'):
        if not (folder / 'small.onnx').exists():
            folder.mkdir(exist_ok=True)
            write_small_checkpoint(folder / 'small.pth')
            with shallow_backbone():
                data, _ = export(folder / 'small.pth')
            (folder / 'small.onnx').write_bytes(data)
    return folder


@pytest.fixture
def unused_port() -> str:
    """Port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return str(listener.getsockname()[1])
