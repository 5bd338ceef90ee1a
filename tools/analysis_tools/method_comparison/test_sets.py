"""The samples that every method gets."""
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from mmagic.registry import DATASETS
from mmengine.dataset import BaseDataset, pseudo_collate

from hcl_mmagic.datasets.frozen_test_set import read_manifest
from hcl_mmagic.engine.options import frozen_dataset
from hcl_mmagic.errors import ConfigError


class FrozenSamples:
    """A frozen test set, or its first samples.

    Args:
        folder (str): The test set.
        num_samples (int, optional): How many samples. None takes all.

    Attributes:
        name (str): Of the folder.
        folder (Path): The test set.
        fingerprint (str): Of its pixels, all samples included.
        description (str): How many samples of how many.

    Raises:
        HCLError: If the folder is no frozen test set, or has fewer samples.
    """

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
        """The samples as a method's own data loader would pack them.

        Args:
            loader (Mapping[str, Any]): Config of that data loader.

        Returns:
            BaseDataset: Checks each sample's pixels when it is read.
        """
        return DATASETS.build(frozen_dataset(loader, str(self.folder)))


def read_batch(dataset: BaseDataset, index: int) -> Dict[str, Any]:
    """Read one sample.

    Args:
        dataset (BaseDataset): From :meth:`FrozenSamples.dataset`.
        index (int): Of the sample.

    Returns:
        dict: ``inputs`` and ``data_samples``, as a data loader gives them,
        of one picture.
    """
    return pseudo_collate([dataset[index]])
