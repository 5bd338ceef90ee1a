"""A job on a Ray of this machine, one of whose two actors is killed."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List

import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.restore_command.main import main

pytest.importorskip('ray.data', reason='needs the extra [ray]')
NUM_PICTURES = 24


def actors() -> List[int]:
    """Processes that restore photographs."""
    found = []
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            command = (folder / 'cmdline').read_bytes()
        except OSError:
            continue
        if command.startswith(b'ray::MapWorker'):
            found.append(int(folder.name))
    return found


def results(folder: Path) -> Dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob('*.png')}


@pytest.mark.slow
@pytest.mark.skipif(not Path('/proc').is_dir(), reason='looks at /proc')
def test_a_killed_actor_loses_nothing_and_changes_nothing(
        tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / 'in').mkdir()
    for index in range(NUM_PICTURES):
        pixels = rng.integers(0, 255, (8, 9, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((216, 192)).save(
            tmp_path / f'in/{index:02}.png')
    job = subprocess.Popen(
        [
            sys.executable, '-m', 'hcl_mmagic.scale.ray_job',
            str(tmp_path / 'in'), str(tmp_path / 'out'), '--actors', '2',
            '--at-once', '4', '--threshold', '0.3'
        ],
        env={**os.environ, 'RAY_worker_niceness': '0'},
        stdout=subprocess.PIPE,
        text=True)  # yapf: disable
    while not results(tmp_path / 'out'):
        assert job.poll() is None
        time.sleep(0.05)
    victim = actors()[0]
    os.kill(victim, signal.SIGKILL)
    told = job.communicate()[0]
    assert job.returncode == 0, told
    assert f'{NUM_PICTURES} photographs' in told
    manifest = ['--manifest', str(tmp_path / 'in')]
    assert main([*manifest, '-o', str(tmp_path / 'core'), '--threshold',
                 '0.3']) == 0  # yapf: disable
    assert results(tmp_path / 'out') == results(tmp_path / 'core')
    assert len(results(tmp_path / 'out')) == NUM_PICTURES
    assert main(['receipts', str(tmp_path / 'out'), *manifest,
                 '--contents']) == 0  # yapf: disable
