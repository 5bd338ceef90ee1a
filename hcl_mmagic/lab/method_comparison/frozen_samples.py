"""The samples that every method gets."""
from pathlib import Path
from typing import Any, Mapping, Optional

from mmagic.registry import DATASETS
from mmengine.dataset import BaseDataset

from ...datasets.frozen_test_set import read_manifest
from ...engine.options import frozen_dataset
from ...errors import ConfigError


class FrozenSamples:
    """A frozen test set, or its first samples, with the fingerprint of all its
    pixels."""

    def __init__(self, folder: str, num_samples: Optional[int] = None) -> None:
        manifest = read_manifest(folder)
        self.folder = Path(folder)
        self.name = self.folder.resolve().name
        self.fingerprint = manifest['fingerprint']
        there = len(manifest['samples'])
        self._size = there if num_samples is None else num_samples
        if self._size > there:
            raise ConfigError(f'--num-samples {num_samples}: {folder} has '
                              f'only {there} samples')
        self.description = f'{there} pictures'
        if self._size < there:
            self.description = f'The first {self._size} of {there} pictures'

    def __len__(self) -> int:
        return self._size

    def dataset(self, loader: Mapping[str, Any]) -> BaseDataset:
        """The samples as a method's own data loader would pack them; each
        sample's pixels are checked when it is read."""
        return DATASETS.build(frozen_dataset(loader, str(self.folder)))
