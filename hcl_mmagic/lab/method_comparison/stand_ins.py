"""Models that stand in for others, or need no training."""
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import torch
from mmagic.structures import DataSample
from torch import Tensor, nn

from ...apis.networks import Repairer
from ...models import GivenMaskDetector, HCLRestorer

KEY = 'known_confidence'  # of the data samples


class ToldRepairer(nn.Module):
    """What repairs photographs, without weights that torch knows of."""

    data_preprocessor = None  # it takes the pixels as BlindInpaintor has them

    def __init__(self, repairer: Repairer) -> None:
        super().__init__()
        self.repairer = repairer

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair images in [-1, 1], ``(N, 3, H, W)``, in 8 bits, where the
        float mask (1 = corrupted, 0 = intact, ``(N, 1, H, W)``) is."""
        images = ((corrupted + 1) * 127.5).round().byte()
        repaired = [
            self.repairer.repair(
                np.ascontiguousarray(image.permute(1, 2, 0).cpu().numpy()),
                (one[0] > 0.5).byte().cpu().numpy())
            for image, one in zip(images, mask)
        ]
        stacked = torch.from_numpy(np.stack(repaired)).permute(0, 3, 1, 2)
        return (stacked.to(corrupted) / 127.5 - 1).contiguous()


class ToldRestorer(nn.Module):
    """A whole HCLRestorer that is told the mask."""

    data_preprocessor = None  # as above

    def __init__(self, restorer: HCLRestorer) -> None:
        super().__init__()
        self.restorer = restorer

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a mask (1 = corrupted, 0 = intact, ``(N, 1, H, W)``) of
        images in [-1, 1]."""
        return self.restorer.repair(corrupted, mask)


class Unrestored(GivenMaskDetector):
    """Gives back what it was given."""

    def predict(self, corrupted: Tensor, data_samples: Any) -> List[Any]:
        """Samples whose ``output`` has the damaged picture as ``pred_img``,
        and nothing else."""
        samples = super().predict(corrupted, data_samples)
        for sample in samples:
            sample.output = DataSample(pred_img=sample.input)
        return samples


class ConfidenceFolder:
    """What a detector has found in the samples of a test set, as files: those
    of a large one would not fit into memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def keep(self, index: int, data_sample: Any) -> None:
        """Write what was found in a sample."""
        np.save(self._path(index), data_sample.output.mask_prob.numpy())

    def attach(self, index: int, batch: Dict[str, Any]) -> None:
        """Give it to :class:`KnownConfidence`, with a batch of this sample
        alone."""
        sample, = batch['data_samples']
        sample.set_data({KEY: torch.from_numpy(np.load(self._path(index)))})

    def _path(self, index: int) -> Path:
        return self.folder / f'{index}.npy'


class KnownConfidence(GivenMaskDetector):
    """Stands in for a detector that has been run before."""

    def mask_prob(self, corrupted: Tensor, data_samples: Any) -> Tensor:
        """Probability of 'corrupted' that the samples bring, ``(N, 1, H, W)``.
        """
        return data_samples.get(KEY).to(corrupted)
