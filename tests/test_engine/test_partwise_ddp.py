"""Two processes train the networks of one BlindInpaintor.

Run as a script it is one of the processes (gloo, CPU). The models are toys,
so that neither of them has to import MMagic's.
"""
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.model import BaseModel, MMSeparateDistributedDataParallel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner.checkpoint import get_state_dict
from mmengine.structures import BaseDataElement
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from hcl_mmagic.engine import PartwiseDistributedDataParallel
from hcl_mmagic.errors import ConfigError
from hcl_mmagic.models import BlindInpaintor, MaskDetector


class Preprocessor(nn.Module):
    """From [0, 255] to [-1, 1], and samples in a stack."""

    def cast_data(self, data):
        return data

    def forward(self, data, training):
        masks = [sample.mask for sample in data['data_samples']]
        return dict(
            inputs=torch.stack(data['inputs']) / 127.5 - 1,
            data_samples=BaseDataElement(mask=torch.stack(masks)))


class Detector(MaskDetector):
    """One weight per channel."""

    def __init__(self):
        super().__init__(data_preprocessor=Preprocessor())
        self.layer = nn.Conv2d(3, 1, 1)

    def mask_prob(self, corrupted, data_samples):
        return self.layer(corrupted).sigmoid()

    def loss(self, corrupted, mask):
        return dict(loss=(self.mask_prob(corrupted, None) - mask).abs().mean())


class Inpaintor(BaseModel):
    """A generator that a train_step of its own trains."""

    def __init__(self):
        super().__init__(data_preprocessor=Preprocessor())
        self.generator = nn.Conv2d(3, 3, 1)

    def forward(self, inputs):
        return self.generator(inputs)

    def train_step(self, data, optim_wrapper):
        batch = self.data_preprocessor(data, True)
        loss = self.generator(batch['inputs']).square().mean()
        optim_wrapper['generator'].update_params(loss)
        return dict(loss=loss)


def build():
    torch.manual_seed(0)
    return BlindInpaintor(
        detector=Detector(),
        inpaintor=Inpaintor(),
        train_detector=True,
        input_convention=dict(channel_order='rgb', fill_value=0),
        data_preprocessor=Preprocessor())


def pictures(rank):
    torch.manual_seed(rank)
    samples = [
        BaseDataElement(
            gt_img=torch.zeros(3, 4, 4), mask=torch.rand(1, 4, 4).round())
        for _ in range(2)
    ]
    return dict(
        inputs=[255 * torch.rand(3, 4, 4) for _ in samples],
        data_samples=samples)


def train(model, *batches):
    wrapped = getattr(model, 'module', model)
    optimizers = OptimWrapperDict(
        **{
            name: OptimWrapper(torch.optim.SGD(part.parameters(), 0.1))
            for name, part in (('generator', wrapped.inpaintor.generator),
                               ('detector', wrapped.detector))
        })
    merged = {key: sum((b[key] for b in batches), []) for key in batches[0]}
    for _ in range(3):
        model.train_step(merged, optimizers)
    return get_state_dict(model)


def join(folder, rank, num_ranks):
    distributed.init_process_group(
        'gloo',
        init_method=f'file://{folder}/init',
        rank=rank,
        world_size=num_ranks)


@pytest.fixture
def alone(tmp_path):
    join(tmp_path, 0, 1)
    yield
    distributed.destroy_process_group()


def test_the_networks_of_the_inpaintor_are_wrapped_one_by_one(
        alone, monkeypatch):
    seen = []

    def look(self, data, optim_wrapper):
        seen.extend([self.detector, self.inpaintor, self.inpaintor.generator])
        raise ValueError('seen')

    monkeypatch.setattr(BlindInpaintor, 'train_step', look)
    model = PartwiseDistributedDataParallel(build())
    with pytest.raises(ValueError, match='seen'):
        model.train_step(None, None)
    assert [isinstance(part, DistributedDataParallel)
            for part in seen] == [True, False, True]


def test_outside_of_a_training_step_nothing_is_wrapped(alone):
    model = PartwiseDistributedDataParallel(build())
    assert not any(
        isinstance(part, DistributedDataParallel)
        for part in model.module.modules())
    train(model, pictures(0))
    assert list(model.module.state_dict()) == list(build().state_dict())


def test_another_wrapper_is_refused(alone):
    model = MMSeparateDistributedDataParallel(build())
    with pytest.raises(
            ConfigError, match="type='PartwiseDistributedDataParallel'"):
        model.train_step(pictures(0), None)


@pytest.mark.slow
def test_two_processes_learn_from_the_pictures_of_both(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, __file__,
                          str(tmp_path),
                          str(rank)]) for rank in (0, 1)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    expected = train(build(), pictures(0), pictures(1))
    for rank in (0, 1):
        weights = torch.load(tmp_path / f'{rank}.pth', weights_only=True)
        for name, weight in expected.items():
            torch.testing.assert_close(weights[name], weight, msg=name)


if __name__ == '__main__':
    folder, rank = Path(sys.argv[1]), int(sys.argv[2])
    join(folder, rank, 2)
    weights = train(PartwiseDistributedDataParallel(build()), pictures(rank))
    torch.save(dict(weights), folder / f'{rank}.pth')
    distributed.destroy_process_group()
