"""The networks behind this room, in PyTorch."""

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import (Any, Callable, Dict, Iterator, List, Optional, Sequence,
                    Tuple, Union, cast)

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from ..errors import PhotographError
from ..models import BlindInpaintor, HCLRestorer, MultiScaleDetector
from ..models.blind import KnownMaskInpaintor
from ..models.functional import enlarge
from ..models.pictures import Padding
from .networks import Look, NetworkDemand, network_values, photograph_values

# Cosine of mean vectors above which they tell nothing.
MOST_ALIKE = 0.95


@dataclass(eq=False)
class TorchNetworks:
    """A model as :class:`~.networks.Networks`, in evaluation mode."""
    # Float32; the latter repairs only.
    model: Union[HCLRestorer, BlindInpaintor, KnownMaskInpaintor]
    name: str
    path: Path
    sha256: Optional[str]  # None of a folder of weights
    short_side: int
    reach: int
    demand: NetworkDemand
    device: torch.device
    dtype: torch.dtype  # of autocast; none if it is float32
    calibration: Optional[Dict[str, Any]] = None

    @property
    def carries(self) -> bool:
        """bool: See :attr:`.networks.Networks.carries`."""
        return isinstance(self.model, BlindInpaintor)

    @property
    def at_once(self) -> int:
        """int: See :attr:`.networks.Repairer.at_once`."""
        return 1

    @property
    def runs_on(self) -> str:
        """str: See :attr:`.networks.Repairer.runs_on`."""
        return f'{self.device}, PyTorch {torch.__version__}'

    def look(self,
             pictures: Sequence[np.ndarray],
             coarser: Optional[Sequence[Look]] = None) -> List[Look]:
        """See :meth:`.networks.Networks.look`."""
        with self._running():
            # A CPU takes them one by one: in a batch the last bits of a sum
            # may differ.
            step = 1 if self.device.type == 'cpu' else len(pictures)
            return [
                look for start in range(0, len(pictures), step)
                for look in self._look(pictures[start:start + step], coarser
                                       and coarser[start:start + step])
            ]

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See :meth:`.networks.Repairer.repair`; a PhotographError if the
        model has no answer."""
        with self._running():
            image = self.model.repair(
                self._to_device([picture]),
                torch.from_numpy(mask)[None, None].float().to(self.device))
            # It may be a model of any kind, with weights of any kind.
            if not image.isfinite().all():
                raise PhotographError(
                    f'{self.name} gives values that are not numbers: too much '
                    'of a part of this photograph is damaged for it, or its '
                    'weights are broken')
            return from_network(image, picture)

    def release_memory(self) -> None:
        """See :meth:`.networks.Repairer.release_memory`."""
        if self.device.type == 'cuda':
            torch.cuda.empty_cache()

    def _look(self, pictures: Sequence[np.ndarray],
              coarser: Optional[Sequence[Look]]) -> List[Look]:
        corrupted = self._to_device(pictures)
        if isinstance(self.model, BlindInpaintor):
            return look_at_scale(
                cast(MultiScaleDetector, self.model.detector), corrupted,
                coarser)
        restorer = cast(HCLRestorer, self.model)
        if coarser is None:
            return look_by_clusters(restorer, corrupted)
        return [
            look_by_centres(restorer, picture[None], look)
            for picture, look in zip(corrupted, coarser)
        ]

    def _to_device(self, pictures: Sequence[np.ndarray]) -> Tensor:
        return torch.cat([to_network(item)
                          for item in pictures]).to(self.device)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Without gradients, in the precision asked for."""
        try:
            with torch.inference_mode(), torch.autocast(
                    self.device.type,
                    self.dtype,
                    enabled=self.dtype != torch.float32):
                yield
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise MemoryError(str(error)) from None


def look_at_scale(detector: MultiScaleDetector, corrupted: Tensor,
                  coarser: Optional[Sequence[Look]]) -> List[Look]:
    """One look at pictures ``(N, 3, h, w)`` in [-1, 1] by a detector that
    takes along what it has seen in them at half their size."""
    padding = Padding.to_multiple(corrupted, detector.size_divisor)
    known = None
    if coarser is not None:
        known = [
            torch.from_numpy(np.stack(maps)).to(corrupted)
            for maps in zip(*(look.features for look in coarser))
        ]
    found = detector.look(padding.pad(corrupted), known)[0]
    probability = padding.crop(found.log_odds.sigmoid()).cpu().numpy()
    # The coarsest stage is not taken along.
    features = [stage.float().cpu().numpy() for stage in found.features[:-1]]
    return [
        Look(probability[index, 0], tuple(stage[index] for stage in features))
        for index in range(len(corrupted))
    ]


def look_by_clusters(restorer: HCLRestorer, corrupted: Tensor) -> List[Look]:
    """HCL's own look at whole pictures, ``(N, 3, h, w)`` in [-1, 1], and the
    mean vectors of the two sides of each, if it has such."""
    encoded = restorer.encode(corrupted)
    found = restorer.detect(encoded)
    padding = encoded.padding
    probability = padding.crop(found.at_size(
        padding.padded_size)[0].float()).cpu().numpy()
    return [
        Look(
            probability[index, 0],
            centres=found.centres[0][index].float().cpu().numpy()
            if found.centres else None) for index in range(len(corrupted))
    ]


def look_by_centres(restorer: HCLRestorer, corrupted: Tensor,
                    coarser: Look) -> Look:
    """A closer look at a part of a picture, ``(1, 3, h, w)`` in [-1, 1].

    Nothing is clustered there: a pixel belongs to the side whose mean vector,
    over the whole picture, is nearer to its own. Where those are nearly equal
    it knows no more than the coarser look, which then counts.
    """
    centres = coarser.centres
    height, width = corrupted.shape[-2:]
    if centres is not None and (centres[0] @ centres[1] > MOST_ALIKE
                                or not centres.any(1).all()):
        return Look(
            cv2.resize(coarser.probability, (width, height)), centres=centres)
    encoded = restorer.encode(corrupted)
    if centres is None:
        finest = restorer.detect(encoded).mask_prob[0]
    else:
        finest = restorer.detector.compare(
            encoded.features,
            torch.from_numpy(centres).to(corrupted))
    padding = encoded.padding
    probability = padding.crop(enlarge(finest.float(), padding.padded_size))
    return Look(probability[0, 0].cpu().numpy(), centres=centres)


def to_network(pixels: np.ndarray) -> Tensor:
    """A photograph, ``(H, W, 1 or 3)``, uint8 or uint16, as networks take it:
    RGB in [-1, 1], ``(1, 3, H, W)``, float32."""
    values = torch.from_numpy(network_values(pixels)).permute(2, 0, 1)
    return values.expand(3, -1, -1)[None].contiguous()


def from_network(image: Tensor, like: np.ndarray) -> np.ndarray:
    """RGB in [-1, 1], ``(1, 3, H, W)``, as values of a photograph, see
    :func:`~.networks.photograph_values`."""
    return photograph_values(image[0].float().permute(1, 2, 0).cpu().numpy(),
                             like)


def weight_bytes(model: nn.Module) -> int:
    """Memory that the weights of networks take, with their buffers."""
    tensors = chain(model.parameters(), model.buffers())
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def largest_layer_bytes(model: nn.Module, look: Callable[[Tensor, Tensor],
                                                         object],
                        side: int) -> float:
    """Bytes, in float32, that the largest layer reads and writes per pixel of
    a picture, seen at work: ``look`` lets the networks work on a picture ``(1,
    3, side, side)`` with a mask ``(1, 1, side, side)``, 1 = corrupted."""
    largest = 0

    def measure(layer: nn.Module, inputs: Tuple, output: object) -> None:
        nonlocal largest
        tensors = [t for t in (*inputs, output) if isinstance(t, Tensor)]
        largest = max(largest,
                      sum(t.numel() * t.element_size() for t in tensors))

    hooks = [
        layer.register_forward_hook(measure) for layer in model.modules()
        if not list(layer.children())
    ]
    try:
        with torch.inference_mode():
            like = next(model.parameters())
            # All of it damaged, so that every network has to work.
            look(
                like.new_zeros(1, 3, side, side),
                like.new_ones(1, 1, side, side))
    finally:
        for hook in hooks:
            hook.remove()
    return largest / side**2


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch ran out of memory, of the device or of the machine."""
    text = str(error).lower()
    return isinstance(error, torch.cuda.OutOfMemoryError) or isinstance(
        error, RuntimeError) and ("can't allocate memory" in text
                                  or 'out of memory' in text
                                  or 'not enough memory' in text)
