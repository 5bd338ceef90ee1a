"""What a detector has found, kept for every inpaintor."""
from pathlib import Path
from typing import Any, Dict

import numpy as np
import torch

KEY = 'known_confidence'  # of the data samples


class ConfidenceFolder:
    """What a detector has found in the samples of a test set, as files:
    those of a large one would not fit into memory.

    Args:
        folder (Path): Where the files go; it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def keep(self, index: int, data_sample: Any) -> None:
        """Write what was found in a sample.

        Args:
            index (int): Of the sample.
            data_sample (DataSample): As the detector predicted it.
        """
        np.save(self._path(index), data_sample.output.mask_prob.numpy())

    def attach(self, index: int, batch: Dict[str, Any]) -> None:
        """Give it to :class:`KnownConfidence`.

        Args:
            index (int): Of the sample.
            batch (dict): Of this sample alone; changed in place.
        """
        sample, = batch['data_samples']
        sample.set_data({KEY: torch.from_numpy(np.load(self._path(index)))})

    def _path(self, index: int) -> Path:
        return self.folder / f'{index}.npy'
