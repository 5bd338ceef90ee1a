"""A generator and a discriminator of one layer each, and data for them."""
import atexit
from pathlib import Path
from typing import Any, Dict, List, Sequence

import torch
from mmagic.registry import DATASETS, HOOKS, METRICS, MODELS
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapperDict
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.data import Dataset


@DATASETS.register_module()
class ToyDataset(Dataset):
    """Vectors whose entries are their own index."""

    def __init__(self, *, length: int) -> None:
        self.length = length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Dict[str, Any]:
        return dict(inputs=torch.full((4, ), float(index)), index=index)


@METRICS.register_module()
class ToyMetric(BaseMetric):
    """Mean of the indices that were seen."""

    def process(self, data_batch: dict, data_samples: Sequence) -> None:
        self.results.extend(data_samples)

    def compute_metrics(self, results: List[float]) -> Dict[str, float]:
        return dict(
            mean_index=sum(results) / len(results), nothing=float('nan'))


@MODELS.register_module()
class ToyGAN(BaseModel):
    """Records what it saw in ``dtypes``."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = nn.Linear(4, 4)
        self.discriminator = nn.Linear(4, 1)
        self.dtypes: List[torch.dtype] = []

    def forward(self,
                inputs: Tensor,
                index: Tensor,
                mode: str = 'predict') -> List[float]:
        return [float(number) for number in index]

    def train_step(self, data: dict,
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        inputs = torch.stack(data['inputs']) / 16
        losses = {}
        for name in ('generator', 'discriminator'):
            wrapper = optim_wrapper[name]
            with wrapper.optim_context(getattr(self, name)):
                scores = self.discriminator(self.generator(inputs))
            self.dtypes.append(scores.dtype)
            losses[f'loss_{name}'] = scores.float().square().mean()
            wrapper.update_params(losses[f'loss_{name}'])
            wrapper.zero_grad()
        return losses


@HOOKS.register_module()
class SaveEachRank(Hook):
    """Saves the weights of every process in the current folder."""

    def after_train(self, runner: Runner) -> None:
        torch.save(runner.model.state_dict(), f'rank_{runner.rank}.pt')


@HOOKS.register_module()
class SaveThreadsAtExit(Hook):
    """Saves the names of the threads that every process ends with."""

    def before_run(self, runner: Runner) -> None:
        atexit.register(save_threads, f'threads_{runner.rank}.txt')


def save_threads(path: str) -> None:
    """Write down the operating system's name of every thread (Linux)."""
    Path(path).write_text(''.join(
        name.read_text() for name in Path('/proc/self/task').glob('*/comm')))
