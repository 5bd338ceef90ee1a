"""The array job, with stand-ins for sbatch and srun."""
import json
import os
import subprocess
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
# Runs every task of the array, as Slurm would: a copy of the script.
SBATCH = '''#!/usr/bin/env python3
import json, os, re, shutil, subprocess, sys
with open('sbatch.jsonl', 'a') as file:
    file.write(json.dumps(sys.argv[1:]) + '\\n')
start = next(index for index, text in enumerate(sys.argv)
             if text.endswith('.sh'))
first, last = re.search(r'--array=(\\d+)-(\\d+)', ' '.join(sys.argv)).groups()
shutil.copy(sys.argv[start], 'spooled')
for number in range(int(first), int(last) + 1):
    subprocess.run(['bash', 'spooled', *sys.argv[start + 1:]], check=True,
                   env={**os.environ, 'SLURM_ARRAY_TASK_ID': str(number)})
'''
SRUN = '#!/bin/sh\necho "$OMP_NUM_THREADS" "$@" >> srun.txt\nexec "$@"\n'

Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    for name, text in (('sbatch', SBATCH), ('srun', SRUN)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)

    def start(*arguments: object,
              **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ['bash', str(ROOT / 'tools/slurm_restore.sh'),
             *map(str, arguments)],
            cwd=tmp_path,
            env={
                **os.environ, 'PATH':
                f'{tmp_path}{os.pathsep}{os.environ["PATH"]}',
                'PYTHONPATH': str(ROOT),
                **environment
            },
            capture_output=True,
            text=True)  # yapf: disable

    return start


@pytest.mark.slow
def test_an_array_restores_a_manifest_and_goes_on(tmp_path: Path,
                                                  run: Run) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / 'in').mkdir()
    for index in range(5):
        noise = rng.integers(0, 255, (70, 80, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / f'in/{index}.png')
    for _ in range(2):
        result = run(
            'part', 'job', 2, 'in', 'out dir', '--save', 'mask',
            CPUS_PER_TASK='1')  # yapf: disable
        assert result.returncode == 0, result.stderr
    receipts = sorted((tmp_path / 'out dir/.receipts').iterdir())
    assert [path.name for path in receipts] == \
        [f'{index}.png.json' for index in range(5)]
    assert all(
        json.loads(path.read_text())['options'] == dict(save=['mask'])
        for path in receipts)
    tasks = (tmp_path / 'srun.txt').read_text().splitlines()
    assert ['--shard 1/2' in task for task in tasks] == [True, False] * 2
    assert all(task.startswith('1 ') for task in tasks)
    assert 'Share 1 of 2: 3 photographs: 3 skipped' in result.stdout


def test_everything_is_handed_to_sbatch(tmp_path: Path, run: Run) -> None:
    (tmp_path / 'sbatch').write_text('#!/bin/sh\necho "$@"\n')
    result = run(
        'part', 'job', 40, 's3://b/l.txt', 's3://b/o', GPUS_PER_TASK='1',
        CPUS_PER_TASK='3', SBATCH_ARGS='--time=1:00:00 -v')  # yapf: disable
    for part in ('-p part --job-name=job --array=1-40 --cpus-per-task=3',
                 '--gpus-per-task=1 --ntasks=1 --requeue --time=1:00:00 -v',
                 'infer.py 40 3 --manifest s3://b/l.txt -o s3://b/o'):
        assert part in result.stdout


def test_the_script_says_how_it_is_used(run: Run) -> None:
    result = run('part', 'job', 2, 'in')
    assert result.returncode == 2
    assert result.stderr.startswith('Usage: ')
