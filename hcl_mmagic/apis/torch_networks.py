"""The networks behind this room, in PyTorch."""

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Optional,
                    Sequence, Tuple, Union, cast)

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..errors import PhotographError
from ..models import ContrastiveDetectorHead, DetectedMasks, HCLRestorer
from ..models.blind import KnownMaskInpaintor
from ..models.functional import enlarge, full_precision
from ..models.pictures import EncodedPicture, Padding
from .networks import (Look, MarkedTile, NetworkDemand, Split, SplitStage,
                       network_values)


@dataclass(frozen=True)
class Sides:
    """What closer looks know of the whole picture."""
    # Mean vectors of the intact and the corrupted side, (2, C); None of a
    # detector without clusters.
    centres: Optional[Tensor] = None
    # The tile that was encoded last; a picture of a single tile need not be
    # encoded twice.
    picture: Optional[np.ndarray] = None
    encoded: Optional[EncodedPicture] = None


@dataclass(eq=False)
class TorchNetworks:
    """A model as :class:`~.networks.Networks`, in evaluation mode."""
    # Float32; the latter repairs only.
    model: Union[HCLRestorer, KnownMaskInpaintor]
    name: str
    path: Path
    sha256: Optional[str]  # None of a folder of weights
    short_side: int
    reach: int
    demand: NetworkDemand
    device: torch.device
    dtype: torch.dtype  # of autocast; none if it is float32
    calibration: Optional[Dict[str, Any]] = None

    def look(self,
             pictures: Sequence[np.ndarray],
             context: Optional[Sides] = None) -> List[Look]:
        """See :meth:`.networks.Networks.look`."""
        with self._running():
            if context is not None:
                return [self._look_closer(item, context) for item in pictures]
            if self.device.type == 'cpu':
                # One by one: in a batch the last bits of a sum may differ.
                return [self._look_at_all([item])[0] for item in pictures]
            return self._look_at_all(pictures)

    def learn_sides(self, tiles: Iterable[MarkedTile]) -> Optional[Sides]:
        """See :meth:`.networks.Networks.learn_sides`."""
        detector = self._restorer.detector
        if not isinstance(detector, ContrastiveDetectorHead):
            return Sides()
        sums: List[Tensor] = []
        with self._running():
            for picture, *sides in tiles:
                encoded = self._restorer.encode(self._to_device([picture]))
                vectors = detector.project(encoded.features)[0][0]
                weights = torch.cat([
                    encoded.stage_masks(_as_mask(side, vectors))[0]
                    for side in sides
                ])[:, 0]
                if encoded.inside is not None:
                    weights = weights * encoded.inside[0][0]
                with full_precision(vectors):
                    sums.append(torch.einsum('chw,shw->sc', vectors, weights))
            total = sum(sums)
            if isinstance(total, int) or not total.any(1).all():
                return None
            return Sides(F.normalize(total, dim=1), picture, encoded)

    def repair(self, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """See :meth:`.networks.Repairer.repair`; a PhotographError if the
        model has no answer."""
        with self._running():
            image = self.model.repair(
                self._to_device([picture]),
                _as_mask(mask).float().to(self.device))
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

    @property
    def _restorer(self) -> HCLRestorer:
        return cast(HCLRestorer, self.model)

    def _look_at_all(self, pictures: Sequence[np.ndarray]) -> List[Look]:
        encoded = self._restorer.encode(self._to_device(pictures))
        found = self._restorer.detect(encoded)
        padding = encoded.padding
        return [
            Look(
                _unpadded(found[index].at_size(padding.padded_size)[0],
                          padding),
                read_split(encoded[index], found[index],
                           self._restorer.detector))
            for index in range(len(pictures))
        ]

    def _look_closer(self, picture: np.ndarray, sides: Sides) -> Look:
        encoded = sides.encoded
        if encoded is None or sides.picture is None or not np.array_equal(
                picture, sides.picture):
            encoded = self._restorer.encode(self._to_device([picture]))
        if sides.centres is None:
            finest = self._restorer.detect(encoded).mask_prob[0]
        else:
            detector = cast(ContrastiveDetectorHead, self._restorer.detector)
            finest = detector.compare(encoded.features, sides.centres)
        padding = encoded.padding
        return Look(
            _unpadded(enlarge(finest.float(), padding.padded_size), padding))

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


def to_network(pixels: np.ndarray) -> Tensor:
    """A photograph, ``(H, W, 1 or 3)``, uint8 or uint16, as networks take it:
    RGB in [-1, 1], ``(1, 3, H, W)``, float32."""
    values = torch.from_numpy(network_values(pixels)).permute(2, 0, 1)
    return values.expand(3, -1, -1)[None].contiguous()


def from_network(image: Tensor, like: np.ndarray) -> np.ndarray:
    """RGB in [-1, 1], ``(1, 3, H, W)``, as values of a photograph.

    They are float32, clipped but not rounded, in the range and number of
    channels of the photograph ``like``; grey is the mean of the three.
    """
    values = image[0].float().clamp(-1, 1).add(1)
    values = values.mul(float(np.iinfo(like.dtype).max / 2)).permute(1, 2, 0)
    if like.shape[2] == 1:
        values = values.mean(2, keepdim=True)
    return values.cpu().numpy()


def read_split(encoded: EncodedPicture, found: DetectedMasks,
               detector: object) -> Split:
    """What a detector found in one picture, without padding.

    Votes of pixels are those of its split's ``classifier`` at the finest
    stage, or else of its ``naming`` at the coarsest, if it has one of these.
    """
    features, inside = encoded.features, encoded.inside
    sizes = [
        tuple(feature.shape[-2:]) if inside is None else _extent(inside[stage])
        for stage, feature in enumerate(features)
    ]
    split = getattr(detector, 'split', None)
    naming = getattr(split, 'naming', None)
    classifier = getattr(split, 'classifier', None)
    votes, votes_stage = None, 0
    if classifier is not None:
        votes = classifier(features)[0].log_odds[0]
    elif naming is not None:
        votes, votes_stage = naming.pixel_logits(features), -1
    centres = found.centres or [
        prob.new_zeros(1, 2, 0) for prob in found.mask_prob
    ]
    rows, columns = (padded // side for padded, side in zip(
        encoded.padding.padded_size, features[0].shape[-2:]))
    return Split(
        stages=[
            SplitStage(
                _cut(feature[0], size), _cut(prob[0, 0], size),
                _array(pair[0])) for feature, prob, pair, size in zip(
                    features, found.mask_prob, centres, sizes)
        ],
        stride=(rows, columns),
        votes=None if votes is None else _cut(votes[0, 0], sizes[votes_stage]),
        votes_stage=votes_stage,
        naming_log_odds=0. if naming is None else float(
            naming.log_odds(features, found)[0].detach()))


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


def _unpadded(padded: Tensor, padding: Padding) -> np.ndarray:
    return padding.crop(padded.float())[0, 0].cpu().numpy()


def _as_mask(region: np.ndarray, like: Optional[Tensor] = None) -> Tensor:
    mask = torch.from_numpy(region)[None, None]
    return mask if like is None else mask.to(like)


def _extent(inside: Tensor) -> Tuple[int, ...]:
    """Height and width of the part of a stage that is no padding."""
    return tuple(int(inside[0, 0].any(axis).sum()) for axis in (1, 0))


def _cut(values: Tensor, size: Sequence[int]) -> np.ndarray:
    """Leave out the padding, which lies below and to the right."""
    return _array(values[..., :size[0], :size[1]])


def _array(values: Tensor) -> np.ndarray:
    return values.detach().double().cpu().numpy()
