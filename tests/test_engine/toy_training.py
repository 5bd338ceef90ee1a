"""A tiny training with every hook of the engine, and ways to kill it.

Run as a script with a JSON list of runs; each run is a process of its own:
``{"work_dir": ..., "num_workers": 0, "kill": ["write", 2]}``.
"""
import builtins
import importlib
import json
import os
import random
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Optional

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import Dataset

import hcl_mmagic.engine  # noqa: F401
from hcl_mmagic.datasets.samplers import SeededInfiniteSampler  # noqa: F401
from hcl_mmagic.datasets.seeding import seeded_rng
from hcl_mmagic.engine import fileio

NUM_ITERATIONS = 12
BATCH_SIZE = 2


class ToyDataset(Dataset):
    """Random vectors by the seed of the draw; counts accesses in a file."""

    def __init__(self, access_file: Path, size: int = 7) -> None:
        self.access_file = access_file
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> dict:
        with open(self.access_file, 'a') as file:
            seed = getattr(index, 'seed', None)
            file.write(f'{int(index)} {seed} {os.getpid()}\n')
        if not hasattr(index, 'seed'):
            return dict(inputs=torch.full((4, ), float(index)))
        with seeded_rng(index.seed):
            noise = np.random.rand(4).astype(np.float32)
        return dict(inputs=torch.from_numpy(noise) + index)


class ToyModel(BaseModel):
    """Draws from all three generators in every training iteration."""

    def __init__(self, width: int = 4, mask_source: str = 'true') -> None:
        super().__init__()
        self.linear = torch.nn.Linear(4, width)
        self.mask_source = mask_source

    def forward(self, inputs: list, mode: str = 'tensor') -> dict:
        values = self.linear(torch.stack(inputs))
        values = torch.nn.functional.dropout(values, 0.5)
        scale = random.random() + np.random.rand()
        return dict(loss=scale * values.square().mean())


class LossRecorder(Hook):
    """Appends the exact loss of every iteration to a file."""

    priority = 'HIGHEST'

    def __init__(self, path: Path) -> None:
        self.path = path

    def after_train_iter(self, runner, batch_idx, data_batch, outputs) -> None:
        with open(self.path, 'a') as file:
            file.write(f'{runner.iter} {outputs["loss"].item().hex()}\n')


class KillHook(Hook):
    """Kills its own process in the middle of an iteration."""

    def __init__(self, iteration: int) -> None:
        self.iteration = iteration

    def after_train_iter(self, runner, batch_idx, data_batch, outputs) -> None:
        if runner.iter == self.iteration:
            kill()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class HalfWriter:
    """A file whose first write kills the process after half the content."""

    def __init__(self, file) -> None:
        self.file = file

    def __enter__(self) -> 'HalfWriter':
        return self

    def __exit__(self, *error) -> None:
        self.file.close()

    def write(self, content: bytes) -> None:
        self.file.write(content[:len(content) // 2])
        self.file.flush()
        kill()


def kill_in_write(nth: int, name: str) -> None:
    """Kill in the middle of the n-th writing of a file with ``name``."""
    write_really, count = fileio.write_file, 0

    def write_half(path, content):
        nonlocal count
        if name in Path(str(path)).name:
            count += 1
            if count == nth:
                open_really = builtins.open
                builtins.open = lambda *args, **options: HalfWriter(
                    open_really(*args, **options))
        write_really(path, content)

    fileio.write_file = write_half


def kill_around_replace(nth: int, after: bool) -> None:
    """Kill just before or after the n-th file takes its name."""
    real_replace, count = os.replace, 0

    def replace(source, target):
        nonlocal count
        count += 1
        if count == nth and not after:
            kill()
        real_replace(source, target)
        if count == nth:
            kill()

    os.replace = replace


def build_runner(work_dir: Path,
                 *,
                 num_workers: int = 0,
                 model: Optional[BaseModel] = None,
                 hooks: tuple = (),
                 checkpoint: Optional[dict] = None,
                 sampler: str = 'SeededInfiniteSampler',
                 seed: Optional[int] = 3,
                 phase_switch: bool = True,
                 max_iters: int = NUM_ITERATIONS,
                 **runner_options) -> Runner:
    """A real runner with the toy model and all hooks of the engine."""
    work_dir = Path(work_dir)
    work_dir.mkdir(parents=True, exist_ok=True)
    custom_hooks = [
        dict(type='IterationSeedHook'),
        dict(type='StrictLoadHook'),
        dict(type='NonFiniteLossHook'), *hooks
    ]
    if phase_switch:
        custom_hooks.append(dict(type='PhaseSwitchHook', switch_iteration=6))
    options = dict(interval=3, max_keep_ckpts=2)
    options.update(checkpoint or {})
    runner_options.setdefault('param_scheduler', [
        dict(type='MultiStepLR', by_epoch=False, milestones=[4, 8], gamma=0.5)
    ])
    torch.manual_seed(0)
    return Runner(
        model=model or ToyModel(),
        work_dir=str(work_dir),
        train_dataloader=dict(
            dataset=ToyDataset(work_dir / 'accesses.txt'),
            sampler=dict(type=sampler),
            batch_size=BATCH_SIZE,
            num_workers=num_workers,
            persistent_workers=num_workers > 0),
        train_cfg=dict(
            type='ResumableIterBasedTrainLoop',
            max_iters=max_iters,
            val_interval=4),
        optim_wrapper=dict(
            type='OptimWrapper', optimizer=dict(type='Adam', lr=0.1)),
        default_hooks=dict(
            logger=dict(type='LoggerHook', log_metric_by_epoch=False),
            checkpoint=dict(type='AtomicCheckpointHook', **options)),
        custom_hooks=custom_hooks,
        log_processor=dict(by_epoch=False),
        log_level='WARNING',
        randomness=dict(seed=seed),
        experiment_name=work_dir.name + os.urandom(4).hex(),
        default_scope='mmagic',
        **runner_options)


def run(plan: dict) -> None:
    """Train or resume; write the final weights unless killed before."""
    work_dir = Path(plan['work_dir'])
    hooks = [LossRecorder(work_dir / 'losses.txt')]
    kind, *where = plan.get('kill', ['never'])
    if kind == 'iteration':
        hooks.append(KillHook(*where))
    elif kind == 'write':
        kill_in_write(*where)
    elif kind == 'replace':
        kill_around_replace(*where)
    runner = build_runner(
        work_dir,
        num_workers=plan.get('num_workers', 0),
        seed=plan.get('seed', 3),
        hooks=tuple(hooks),
        resume=True)
    model = runner.train()
    torch.save(model.state_dict(), work_dir / 'final.pth')
    runner.train_loop.dataloader_iterator = None  # ends its workers


def run_and_leave(plan: dict) -> None:
    """Run, then end the process without the interpreter's slow exit."""
    try:
        run(plan)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Import once what every run needs; building imports the rest.
        importlib.import_module('mmagic.models')
        build_runner(Path(folder))
    for plan in json.loads(sys.argv[1]):
        child = os.fork()
        if child == 0:
            run_and_leave(plan)
        _, status = os.waitpid(child, 0)
        ended = 'killed' if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        with open(Path(plan['work_dir']) / 'accesses.txt', 'a') as file:
            file.write(f'{ended}\n')


if __name__ == '__main__':
    main()
