"""Writing of frozen test sets, see :mod:`hcl_mmagic.datasets.frozen_test_set`.
"""
import json
import shutil
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Optional

import numpy as np
from mmagic.registry import DATASETS
from mmengine.config import Config, ConfigDict
from mmengine.dataset import BaseDataset
from PIL import Image
from torch.utils.data import DataLoader
from tqdm import tqdm

from hcl_mmagic.atomic_writing import INCOMPLETE_SUFFIX
from hcl_mmagic.datasets.frozen_test_set import (FORMAT, MANIFEST, PICTURES,
                                                 FrozenTestSet, fingerprint,
                                                 hash_pixels, read_manifest)
from hcl_mmagic.errors import ConfigError
from hcl_mmagic.version import __version__


def freeze_test_set(cfg: Config,
                    split: str,
                    target: Path,
                    num_samples: Optional[int] = None,
                    num_workers: int = 0,
                    loader_index: Optional[int] = None) -> dict[str, Any]:
    """Write the samples of a config's data loader, and their manifest, which
    is returned (see :func:`read_manifest`; with the ``config``'s file name,
    the config of the ``dataset`` and its ``seed``).

    The same config, data and package versions give the same manifest. The
    folder appears under its name when it is whole.

    Args:
        cfg (Config): A complete config; its dataset has to be in test mode.
        split (str): 'test' or 'val'.
        target (Path): Folder to make.
        num_samples (int, optional): How many samples, from the first on. None
            takes all.
        num_workers (int): Processes beside this one.
        loader_index (int, optional): Which data loader, from 0 on, where the
            split has several.

    Raises ConfigError if the folder exists, there are not so many samples, or
    the config's samples are not fixed or cannot be held by PNG files.
    """
    incomplete = target.with_name(target.name + INCOMPLETE_SUFFIX)
    for folder in (target, incomplete):
        if folder.exists():
            raise ConfigError(f'{folder} exists: remove it, if it is of no '
                              'use, or name another folder')
    settings = _find_settings(cfg, split, loader_index)
    dataset = _build_unpacked(settings)
    if num_samples is None:
        num_samples = len(dataset)
    if not 1 <= num_samples <= len(dataset):
        raise ConfigError(f'{num_samples} samples cannot be frozen: there are '
                          f'{len(dataset)}')
    for _, name, _ in PICTURES:
        (incomplete / name).mkdir(parents=True)
    try:
        samples = _run_on_all(
            _SampleWriter(dataset, incomplete), num_samples, num_workers)
        manifest = dict(
            format=FORMAT,
            fingerprint=fingerprint(samples),
            hcl_mmagic_version=__version__,
            config=cfg.filename and Path(cfg.filename).name,
            seed=getattr(dataset, 'seed', None),
            dataset=settings.to_dict(),
            samples=samples)
        text = json.dumps(manifest, indent=1, default=str)
        (incomplete / MANIFEST).write_text(text + '\n', encoding='utf-8')
        incomplete.rename(target)
    finally:
        shutil.rmtree(incomplete, ignore_errors=True)
    return read_manifest(str(target))


def verify_test_set(folder: str, num_workers: int = 0) -> dict[str, Any]:
    """Check every pixel of a frozen test set with so many processes beside
    this one, and return its manifest; errors as of :class:`FrozenTestSet`."""
    dataset = FrozenTestSet(
        data_root=folder, pipeline=[itemgetter('sample_idx')])
    _run_on_all(dataset, len(dataset), num_workers)
    return read_manifest(folder)


def _find_settings(cfg: Config, split: str,
                   loader_index: Optional[int]) -> ConfigDict:
    """The config of the dataset to freeze."""
    name = f'{split}_dataloader'
    loaders = cfg.get(name) or []
    if isinstance(loaders, dict):
        loaders = [loaders]
    if loader_index is None and len(loaders) == 1:
        loader_index = 0
    if loader_index is None or not 0 <= loader_index < len(loaders):
        raise ConfigError(
            f'{name} of the config has {len(loaders)} data loaders: choose '
            f'one from 0 on (--loader), got {loader_index}')
    return loaders[loader_index].dataset


def _build_unpacked(settings: ConfigDict) -> BaseDataset:
    """A dataset whose samples are as they are before packing."""
    pipeline = [
        transform for transform in settings.get('pipeline', ())
        if transform['type'] != 'PackInputs'
    ]
    dataset = DATASETS.build(dict(settings, pipeline=pipeline))
    if not dataset.test_mode:
        raise ConfigError(f'{settings.type} draws its samples anew each time: '
                          'give it test_mode=True')
    return dataset


class _SampleWriter:
    """Turns an index into files, and returns the manifest's entry."""

    def __init__(self, dataset: BaseDataset, folder: Path) -> None:
        self.dataset = dataset
        self.folder = folder

    def __getitem__(self, index: int) -> dict[str, Any]:
        results = self.dataset[index]
        name = f'{index:06d}'
        hashes = {}
        for key, kind, _ in PICTURES:
            picture = _to_bytes(results, key)
            Image.fromarray(picture).save(self.folder / kind / f'{name}.png')
            hashes[kind] = hash_pixels(picture)
        entry = dict(
            name=name,
            gt=_relative_name(results['gt_path'], self.dataset.data_root),
            mask_ratio=round(float(results['mask'].mean()), 6),
            sha256=hashes)
        if 'corruption' in results:
            entry['corruption'] = results['corruption']
        return entry


def _to_bytes(results: dict, key: str) -> np.ndarray:
    """A picture of a sample as a PNG file holds it, without any loss."""
    if key not in results:
        raise ConfigError(f"the pipeline of the config makes no '{key}'")
    order = results.get(f'{key}_channel_order', 'rgb')
    if order != 'rgb':
        raise ConfigError(
            f"the pipeline of the config makes '{key}' in the order {order}: "
            "give its LoadImageFromFile channel_order='rgb'")
    values = results[key]
    if key == 'mask':
        values = values[..., 0]
        picture = (values == 1).astype(np.uint8)
    else:
        picture = values.astype(np.uint8)
    if not np.array_equal(picture, values):
        raise ConfigError(
            f"'{key}' of {results['gt_path']} has values that its file cannot "
            'hold: those of a mask are 0 and 1, those of a picture whole '
            'numbers from 0 to 255')
    return 255 * picture if key == 'mask' else picture  # white = corrupted


def _relative_name(path: str, root: str) -> str:
    """A file below the data's folder, or its bare name if it is elsewhere."""
    if root and Path(path).is_relative_to(root):
        return Path(path).relative_to(root).as_posix()
    return Path(path).name


def _run_on_all(samples: Any, number: int, num_workers: int) -> Sequence[Any]:
    """The first items of a sequence, in their order, with a progress bar."""
    loader = DataLoader(
        samples,
        batch_size=None,
        sampler=range(number),
        num_workers=num_workers)
    return list(tqdm(loader, unit='sample'))
