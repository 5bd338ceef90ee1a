"""Metrics that need a network whose weights may not be on this machine."""
import logging
from abc import abstractmethod
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import torch
from mmengine.device import get_device
from mmengine.dist import all_reduce
from mmengine.logging import print_log
from torch import Tensor, nn

from .binned_metric import RestorationMetric


class BackboneMetric(RestorationMetric):
    """Base of metrics that judge images by a pretrained network.

    The network is read when testing starts, from a local file. Where there is
    none (on this or, in a distributed run, on any other machine), one line
    says so and the metric has no scores. A file of something else is an
    error.

    Args:
        checkpoint (str, optional): File of the weights. None looks where
            other programs keep them.
        device (str, optional): Where the network runs. None takes the GPU if
            there is one.
        **kwargs: See :class:`RestorationMetric`.
    """

    def __init__(self,
                 *,
                 checkpoint: Optional[str] = None,
                 device: Optional[str] = None,
                 **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.checkpoint = checkpoint
        self.device = device or get_device()
        self.backbone: Any = None  # a network once it is loaded

    @abstractmethod
    def get_places(self) -> List[Path]:
        """Where to look for the weights without ``checkpoint``: files that
        need not exist, the best one first."""

    @abstractmethod
    def build_backbone(self, path: Path) -> nn.Module:
        """Build the network, in evaluation mode, from an existing file; a
        CheckpointError if it holds something else."""

    def load(self) -> None:
        """Read the weights, or say that there are none."""
        places = self.get_places()
        if self.checkpoint:
            places = [Path(self.checkpoint)]
        path = next((path for path in places if path.is_file()), None)
        # All processes must agree, or those that score would wait for ever.
        num_without = torch.tensor(int(path is None))
        all_reduce(num_without)
        if path is None or num_without:
            print_log(
                f'{self.metric} is left out: there is no file '
                f'{" or ".join(map(str, places))}. docs/evaluation.md says '
                'where to get one; nothing is downloaded.',
                logger='current',
                level=logging.WARNING)
            return
        print_log(f'{self.metric} takes its network from {path}', 'current')
        self.backbone = self.build_backbone(path).to(self.device)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Score a batch, unless there is no network."""
        if self.backbone is not None:
            with torch.no_grad():
                super().process(data_batch, data_samples)

    def evaluate(self) -> Dict[str, float]:
        """Scores of all processes, none without a network."""
        return {} if self.backbone is None else super().evaluate()

    def to_rgb(self, image: np.ndarray) -> Tensor:
        """An image of a sample, BGR ``(3, H, W)`` in [0, 255], as RGB
        ``(1, 3, H, W)`` on the network's device."""
        return torch.from_numpy(image).to(self.device).flip(0)[None]
