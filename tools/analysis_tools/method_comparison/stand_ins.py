"""Models that stand in for others, or need no training."""
from typing import Any, List

import cv2
import numpy as np
import torch
from mmagic.structures import DataSample
from torch import Tensor, nn

from hcl_mmagic.models import GivenMaskDetector, HCLRestorer
from .kept_detections import KEY
from .sources import NAVIER_STOKES, TELEA

RADIUS = 3  # pixels around each one that it looks at, as in OpenCV's examples
OPENCV_FLAGS = {TELEA: cv2.INPAINT_TELEA, NAVIER_STOKES: cv2.INPAINT_NS}


class OpenCVInpaintor(nn.Module):
    """One of OpenCV's two ways to inpaint, which need no training.

    Telea, `An image inpainting technique based on the fast marching method
    <https://doi.org/10.1080/10867651.2004.10487596>`_, 2004; Bertalmio and
    others, `Navier-Stokes, fluid dynamics, and image and video inpainting
    <https://doi.org/10.1109/CVPR.2001.990497>`_, 2001.

    Args:
        name (str): 'telea' or 'navier-stokes'.
    """

    data_preprocessor = None  # it takes the pixels as BlindInpaintor has them

    def __init__(self, name: str) -> None:
        super().__init__()
        self.flag = OPENCV_FLAGS[name]

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Continue the intact pixels into the mask.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            Tensor: In [-1, 1], ``(N, 3, H, W)``, on the same device.
        """
        images = ((corrupted + 1) * 127.5).round().byte()
        repaired = [
            cv2.inpaint(
                np.ascontiguousarray(image.permute(1, 2, 0).cpu().numpy()),
                (one[0] > 0.5).byte().cpu().numpy(), RADIUS, self.flag)
            for image, one in zip(images, mask)
        ]
        stacked = torch.from_numpy(np.stack(repaired)).permute(0, 3, 1, 2)
        return (stacked.to(corrupted) / 127.5 - 1).contiguous()


class ToldRestorer(nn.Module):
    """A whole HCLRestorer that is told the mask.

    Args:
        restorer (HCLRestorer): Its detector is not asked.
    """

    data_preprocessor = None  # as above

    def __init__(self, restorer: HCLRestorer) -> None:
        super().__init__()
        self.restorer = restorer

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a mask.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            Tensor: In [-1, 1], ``(N, 3, H, W)``.
        """
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


class KnownConfidence(GivenMaskDetector):
    """Stands in for a detector that has been run before."""

    def mask_prob(self, corrupted: Tensor, data_samples: Any) -> Tensor:
        """What the samples bring.

        Args:
            corrupted (Tensor): Damaged images, ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples, see
                :meth:`~.kept_detections.ConfidenceFolder.attach`.

        Returns:
            Tensor: Probability of 'corrupted', ``(N, 1, H, W)``, float32.
        """
        return data_samples.get(KEY).to(corrupted)
