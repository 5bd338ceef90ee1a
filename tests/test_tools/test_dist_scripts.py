"""The launch scripts, with CPU processes or a stand-in for srun."""
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


def run_script(name: str, *arguments: object, folder: Path,
               **environment: str) -> subprocess.CompletedProcess:
    path = os.pathsep.join([str(FOLDER), str(ROOT)])
    return subprocess.run(
        ['bash', str(ROOT / 'tools' / name), *map(str, arguments)],
        cwd=folder,
        env={
            **os.environ, 'PYTHONPATH': path,
            'CUDA_VISIBLE_DEVICES': '',
            'OMP_NUM_THREADS': '1',
            **environment
        },
        capture_output=True,
        text=True)


@pytest.mark.slow
def test_two_processes_train_one_model_and_test_all_samples(
        toy_config: Path, unused_port: str) -> None:
    folder = toy_config.parent
    with toy_config.open('a') as file:
        file.write("custom_hooks += [dict(type='SaveThreadsAtExit')]\n")
    result = run_script(
        'dist_train.sh', toy_config, 2, folder=folder, PORT=unused_port)
    assert result.returncode == 0, result.stderr
    first, second = (torch.load(folder / f'rank_{rank}.pt') for rank in (0, 1))
    assert first.keys() == second.keys()
    for name, weight in first.items():
        torch.testing.assert_close(second[name], weight, rtol=0, atol=0)
    _assert_that_no_gloo_thread_was_left(folder)

    checkpoint = folder / 'work_dirs/toy/iter_3.pth'
    result = run_script(
        'dist_test.sh',
        toy_config,
        checkpoint,
        2,
        '--out',
        'metrics.json',
        folder=folder,
        PORT=unused_port)
    assert result.returncode == 0, result.stderr
    # Seven samples over two processes: the last one is not counted twice.
    metrics = json.loads((folder / 'metrics.json').read_text())
    assert metrics['mean_index'] == 3.0
    _assert_that_no_gloo_thread_was_left(folder)


@pytest.mark.slow
def test_two_nodes_train_what_one_process_does(toy_config: Path,
                                               tmp_path: Path,
                                               unused_port: str) -> None:
    text = toy_config.read_text()
    assert "sampler=dict(type='InfiniteSampler', shuffle=True)" in text
    toy_config.write_text(
        text.replace("'InfiniteSampler'", "'SeededInfiniteSampler'"))
    with ThreadPoolExecutor(2) as pool:
        nodes = [
            pool.submit(
                run_script,
                'dist_train.sh',
                toy_config,
                2,
                folder=tmp_path,
                NNODES='2',
                NODE_RANK=str(rank),
                MASTER_ADDR='127.0.0.1',
                PORT=unused_port) for rank in (0, 1)
        ]
    for node in nodes:
        assert node.result().returncode == 0, node.result().stderr
    (tmp_path / 'one').mkdir()
    result = run_script(
        'dist_train.sh',
        toy_config,
        1,
        '--cfg-options',
        'train_dataloader.batch_size=8',  # that of four processes
        folder=tmp_path / 'one',
        PORT=unused_port)
    assert result.returncode == 0, result.stderr
    whole = torch.load(tmp_path / 'one/rank_0.pt')
    for rank in range(4):
        weights = torch.load(tmp_path / f'rank_{rank}.pt')
        assert weights.keys() == whole.keys()
        for name, weight in whole.items():
            torch.testing.assert_close(weights[name], weight)


def _assert_that_no_gloo_thread_was_left(folder: Path) -> None:
    """One that outlives the interpreter may abort it."""
    for rank in (0, 1):
        threads = folder / f'threads_{rank}.txt'
        assert 'gloo' not in threads.read_text()
        threads.unlink()


@pytest.mark.parametrize('name, positional, expected', [
    ('slurm_train.sh', ['part', 'job', 'c.py', 'work'],
     ['tools/train.py c.py --work-dir=work --launcher=slurm --amp']),
    ('slurm_test.sh', ['part', 'job', 'c.py', 'c.pth'
                       ], ['tools/test.py c.py c.pth --launcher=slurm --amp']),
])
def test_slurm_scripts_hand_everything_to_srun(tmp_path: Path, name: str,
                                               positional: list,
                                               expected: list) -> None:
    srun = tmp_path / 'srun'
    srun.write_text('#!/bin/sh\necho "$@"\n')
    srun.chmod(0o755)
    result = run_script(
        name,
        *positional,
        '--amp',
        folder=tmp_path,
        PATH=f'{tmp_path}{os.pathsep}{os.environ["PATH"]}',
        GPUS='4',
        GPUS_PER_NODE='2',
        CPUS_PER_TASK='3',
        SRUN_ARGS='--quotatype=spot -v')
    for part in [
            *expected, '-p part --job-name=job --gres=gpu:2 --ntasks=4 '
            '--ntasks-per-node=2 --cpus-per-task=3', '--quotatype=spot -v'
    ]:
        assert part in result.stdout


@pytest.mark.parametrize(
    'name',
    ['dist_train.sh', 'dist_test.sh', 'slurm_train.sh', 'slurm_test.sh'])
def test_scripts_say_how_they_are_used(tmp_path: Path, name: str) -> None:
    result = run_script(name, 'only.py', folder=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith('Usage: ')
