"""An EMAHook averages in two processes what it averages in one.

Run as a script it is one of the processes (gloo, CPU).
"""
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import distributed, nn

from hcl_mmagic.engine import PartwiseDistributedDataParallel

BATCH_SIZE = 4  # over all processes


class Model(BaseModel):
    """Two networks in a row, and one that is not trained."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.encoder = nn.Linear(2, 3)
        self.head = nn.Linear(3, 1)
        self.fixed = nn.Linear(2, 1).requires_grad_(False)

    def forward(self, inputs: list, mode: str) -> dict:
        points = torch.stack(inputs)
        error = self.head(self.encoder(points)) - self.fixed(points)
        return dict(loss=error.square().mean())


def build_runner(folder: Path, max_iters: int, num_processes: int) -> Runner:
    torch.manual_seed(1)
    wrapper = dict(
        type=PartwiseDistributedDataParallel.__name__, device_ids=None)
    return Runner(
        model=Model(),
        work_dir=str(folder),
        train_dataloader=dict(
            dataset=[dict(inputs=point) for point in torch.rand(8, 2)],
            sampler=dict(type='DefaultSampler', shuffle=False),
            batch_size=BATCH_SIZE // num_processes,
            num_workers=0),
        train_cfg=dict(by_epoch=False, max_iters=max_iters),
        optim_wrapper=dict(optimizer=dict(type='Adam', lr=0.1)),
        default_hooks=dict(
            checkpoint=dict(type='CheckpointHook', by_epoch=False)),
        custom_hooks=[dict(type='EMAHook', momentum=0.3, begin_iter=2)],
        log_level='WARNING',
        launcher='none' if num_processes == 1 else 'pytorch',
        experiment_name=f'{folder.name}_{max_iters}',
        resume=True,
        cfg=Config(dict(model_wrapper_cfg=wrapper)))


@pytest.mark.slow
def test_averages_of_two_processes_are_those_of_one(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, __file__,
                          str(tmp_path),
                          str(rank)]) for rank in (0, 1)
    ]
    build_runner(tmp_path / 'alone', 5, num_processes=1).train()
    assert [process.wait() for process in processes] == [0, 0]
    # Of both: not interrupted here, resumed after three iterations there.
    alone, together = (
        torch.load(tmp_path / name / 'iter_5.pth', weights_only=True)
        for name in ('alone', 'together'))
    Model().load_state_dict(together['state_dict'], strict=True)
    assert not torch.equal(together['state_dict']['head.bias'],
                           together['ema_state_dict']['module.head.bias'])
    for weights in ('state_dict', 'ema_state_dict'):
        assert list(together[weights]) == list(alone[weights])
        for name, weight in alone[weights].items():
            torch.testing.assert_close(
                together[weights][name], weight, msg=f'{weights}: {name}')


if __name__ == '__main__':
    folder, rank = Path(sys.argv[1]), int(sys.argv[2])
    os.environ['LOCAL_RANK'] = '0'
    distributed.init_process_group(
        'gloo', init_method=f'file://{folder}/init', rank=rank, world_size=2)
    for max_iters in (3, 5):
        build_runner(folder / 'together', max_iters, num_processes=2).train()
    distributed.destroy_process_group()
