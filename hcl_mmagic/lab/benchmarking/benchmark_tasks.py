"""What is measured: one repeat of each task, and where its parts meet."""
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Callable, List, Optional

import torch
from mmagic.registry import DATASETS
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.optim import build_optim_wrapper
from torch import nn

from ...apis.torch_networks import weight_bytes
from ...datasets.seeding import SeededIndex
from ...engine.options import enable_amp
from ...errors import ConfigError
from ...models import ContrastiveDetectorHead, HCLRestorer
from ...models.detection import hierarchy, splits
from ...models.hcl import training
from .benchmark_settings import MIXED_DTYPES, Settings
from .benchmarked_model import (build_model, damaged_batch, damaged_inputs,
                                load_perceptual_loss)
from .seams import Seam


@dataclass
class Task:
    """Something that can be measured.

    Args:
        run (Callable): One repeat.
        seams (list[Seam]): Where its parts begin and end.
        size (int): Side of its pictures in pixels.
        model (nn.Module, optional): None if no operations of torch are to be
            counted.
        networks (list[nn.Module]): What ``--compile`` compiles.
        notes (list[str]): What a reader of the result has to know.
    """
    run: Callable[[], object]
    seams: List[Seam]
    size: int
    model: Optional[nn.Module] = None
    networks: List[nn.Module] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)

    @property
    def weight_bytes(self) -> int:
        """Size of the model's weights in bytes."""
        return 0 if self.model is None else weight_bytes(self.model)


def build_task(cfg: Config, settings: Settings) -> Task:
    """Build what the settings ask for; training may change the config."""
    builders = dict(infer=_infer, train=_train, data=_data, detect=_detect)
    return builders[settings.task](cfg, settings)


def _infer(cfg: Config, settings: Settings) -> Task:
    """Detection and repair of pictures that are on the device already."""
    model = build_model(cfg, settings).eval()
    inputs = damaged_inputs(model, settings)

    def run() -> None:
        with torch.no_grad(), settings.autocast():
            model.restore(inputs)

    return Task(run, _network_seams(model), settings.side, model,
                _networks(model))


def _networks(model: HCLRestorer) -> List[nn.Module]:
    networks: List[Any] = [model.encoder, model.decoder, model.refiner]
    return [network for network in networks if network is not None]


def _network_seams(model: HCLRestorer) -> List[Seam]:
    seams = [Seam(model.encoder, 'forward', 'encoder')]
    if isinstance(model.detector, ContrastiveDetectorHead):
        seams += [
            Seam(model.detector, 'project', 'projections'),
            Seam(model.detector.split, 'find', 'clustering'),
            Seam(model.detector.split, 'find_for_training', 'clustering'),
            Seam(model.detector, 'loss', 'losses')
        ]
    elif model.detector is not None:
        seams.append(Seam(model.detector, 'forward', 'detector'))
    for name in ('decoder', 'refiner'):
        network = getattr(model, name)
        if network is not None:
            seams.append(Seam(network, 'forward', name))
    return seams


def _seam(module: Any, function: Callable, part: str) -> Seam:
    return Seam(module, function.__name__, part)


def _detect(cfg: Config, settings: Settings) -> Task:
    """From the projections of fixed pictures to their masks."""
    model = build_model(cfg, settings).eval()
    model.decoder = model.refiner = None
    if not isinstance(model.detector, ContrastiveDetectorHead):
        raise ConfigError(f'--task detect measures clustering, which the '
                          f'{type(model.detector).__name__} of '
                          f'{settings.config} does not do')
    split = model.detector.split
    captured: List[tuple] = []

    # What the detector's last stage is given, padding and all.
    def capture(*args: Any, **kwargs: Any) -> Any:
        captured.append((args, kwargs))
        return type(split).find(split, *args, **kwargs)

    split.find = capture
    with torch.no_grad(), settings.autocast():
        model.restore(damaged_inputs(model, settings))
    del split.find
    args, kwargs = captured[0]

    def run() -> None:
        with settings.autocast():
            split.find(*args, **kwargs)

    seams = [
        _seam(hierarchy, hierarchy.farthest_pairs, 'first centres'),
        _seam(hierarchy, hierarchy.split_by_means, 'first centres'),
        _seam(hierarchy, hierarchy.soft_two_means, '2-means'),
        _seam(hierarchy, hierarchy.sure_sets, 'sure sets'),
        _seam(splits, splits.larger_is_intact, 'naming')
    ]
    if split.naming is not None:
        seams.append(Seam(split.naming, 'decide', 'naming'))
    return Task(run, seams, settings.side, model)


def _train(cfg: Config, settings: Settings) -> Task:
    """One iteration: the model's ``train_step`` on one batch, over and
    over."""
    if settings.dtype in MIXED_DTYPES:
        if get_device() != settings.torch_device.type:
            raise ConfigError(
                f'--task train --dtype {settings.dtype}: mmengine takes '
                f'{get_device()}, not {settings.device}; hide the GPU by '
                'CUDA_VISIBLE_DEVICES=')
        dtype = MIXED_DTYPES[settings.dtype]
        enable_amp(cfg, str(dtype).removeprefix('torch.'))
    model = build_model(cfg, settings)
    divisor = model.size_divisor
    if settings.side % divisor:
        raise ConfigError(
            f'--size {settings.side}: {settings.config} trains on sides that '
            f'are multiples of {divisor}')
    notes = load_perceptual_loss(model)
    optim_wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    batch = damaged_batch(settings.side, settings.batch)

    seams = [
        *_network_seams(model),
        _seam(training, training.discriminator_step, 'discriminator step'),
        _seam(training, training.image_losses, 'losses')
    ]
    for wrapper in optim_wrapper.values():
        seams += [
            Seam(wrapper, 'backward', 'backward'),
            Seam(wrapper, 'step', 'optimizer'),
            Seam(wrapper, 'zero_grad', 'optimizer')
        ]
    return Task(lambda: model.train_step(batch, optim_wrapper), seams,
                settings.side, model, _networks(model), notes)


def _data(cfg: Config, settings: Settings) -> Task:
    """The training samples, one after the other, in this process."""
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    draws = count()

    def draw() -> dict:
        number = next(draws)
        return dataset[SeededIndex(number % len(dataset), number)]

    def run() -> None:
        for _ in range(settings.batch):
            draw()

    size = int(draw()['inputs'].shape[-1])
    notes = []
    if settings.size not in (None, size):
        notes.append(f'--size {settings.size} does nothing: the pipeline of '
                     f'the config makes pictures of {size} px')
    seams, names = [], []
    for transform in dataset.pipeline.transforms:
        name = type(transform).__name__
        names.append(name)
        if name in names[:-1]:
            name += f' {names.count(name)}'
        seams.append(Seam(transform, 'transform', name))
    return Task(run, seams, size, notes=notes)
