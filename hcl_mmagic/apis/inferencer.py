"""HCLInferencer: a damaged photograph in, a restored photograph out."""

import time
from dataclasses import replace
from typing import (Any, Callable, Dict, Iterator, List, Optional, Tuple,
                    TypeVar)

import numpy as np

from ..errors import ConfigError, DataMismatchError
from ..photographs.conversion import as_photograph
from ..photographs.photograph import Photograph, as_eight_bits
from ..photographs.unjudged import why_not_judged
from .checkpoints import load_inpaintor, load_model
from .detection import look_at_every_scale
from .grain import continue_grain
from .mask_editing import (SURE, MaskOptions, blend_weights, combine_masks,
                           composite, find_mask, fitting_weights, refuse_whole)
from .memory import (LIBRARY_BYTES, MAP_BYTES, PICTURE_FACTOR, MemoryPlan,
                     parse_memory, plan_memory, work_in_memory)
from .networks import NetworkDemand, Networks, Repairer
from .photograph_repair import PhotographRepair
from .results import Detection, RestorationResult, Verdict
from .sources import Source, equal_batches, open_sources, path_of
from .verdict import UNCALIBRATED_VERDICT, VerdictCalibration, read_calibration

Result = TypeVar('Result')
# Of a mask that was given instead of detected.
GIVEN = Verdict('damaged', None)


class HCLInferencer:
    """Finds and repairs the damage of photographs of any size.

    A photograph gets the same result alone or among others, whatever came
    before. One object must not be used by more threads at once than
    :meth:`count_at_once` allows.

    Args:
        checkpoint (str, optional): File or name of a checkpoint, see
            :func:`~hcl_mmagic.apis.checkpoints.load_model`.
        inpaintor (str, optional): What repairs instead of HCL: the name of a
            classical method such as 'telea', a file of LaMa, or a config of
            another inpainting model. A config is Python code, **which is
            run**; see :func:`~hcl_mmagic.apis.checkpoints.load_inpaintor`.
        inpaintor_checkpoint (str, optional): File with the weights of a
            config that names none.
        detects (bool): With an inpaintor, False loads no HCL model: only
            masks of your own are repaired.
        device (str): 'auto', 'cpu', 'cuda', 'cuda:N' or 'mps'.
        dtype (str): 'float32', 'bfloat16' or 'float16': what the networks
            run in; an ``.onnx`` file in 'float32' alone.
        max_memory (str or int): Memory that the process may use in all, such
            as '3GB'. On a GPU it bounds the memory of the networks there,
            too.
        mask_options (MaskOptions): How masks are made of confidences.
        verdict_thresholds (tuple[float, float], optional): A region is
            clean below the first probability and damaged above the second.
            Those of the checkpoint by default.
        reverse (bool): Take the found damage for the picture, and the rest
            for the damage.

    Attributes:
        hcl (Networks, optional): HCL's model, which finds damage; it repairs
            it, too, if there is no inpaintor.
        inpaintor (Repairer, optional): What repairs instead.

    Raises:
        HCLError: If a checkpoint, the config, the device or an option is no
            good.
    """

    def __init__(self,
                 checkpoint: Optional[str] = None,
                 *,
                 inpaintor: Optional[str] = None,
                 inpaintor_checkpoint: Optional[str] = None,
                 detects: bool = True,
                 device: str = 'auto',
                 dtype: str = 'float32',
                 max_memory: str = '3GB',
                 mask_options: MaskOptions = MaskOptions(),
                 verdict_thresholds: Optional[Tuple[float, float]] = None,
                 reverse: bool = False) -> None:
        if inpaintor is None and (inpaintor_checkpoint or not detects):
            raise ConfigError('inpaintor_checkpoint and detects=False need an '
                              'inpaintor: name one')
        self.max_memory = parse_memory(max_memory)
        self.mask_options = mask_options
        self.verdict_thresholds = verdict_thresholds
        self.reverse = reverse
        self.hcl: Optional[Networks] = None
        self.inpaintor: Optional[Repairer] = None
        self.calibration: Optional[VerdictCalibration] = None
        if detects:
            self.hcl = load_model(checkpoint, device, dtype)
            self.calibration = read_calibration(self.hcl)
        if inpaintor is not None:
            self.inpaintor = load_inpaintor(inpaintor, inpaintor_checkpoint,
                                            device, dtype)

    @property
    def loaded(self) -> Networks:
        """Networks: HCL's model, and where it came from; a ConfigError if
        there is none, as with ``detects=False``."""
        if self.hcl is None:
            raise ConfigError('this inferencer was made with detects=False: '
                              'it repairs masks of your own and finds none')
        return self.hcl

    def describe_networks(
            self) -> Dict[str, Optional[Dict[str, Optional[str]]]]:
        """What restores: ``name``, ``path``, ``sha256`` and ``runs_on``
        (device and runtime) of 'hcl' and 'inpaintor', None for one that is not
        there; a classical method has neither path nor sha256."""
        return {
            'hcl':
            None if self.hcl is None else _describe(self.hcl),
            'inpaintor':
            None if self.inpaintor is None else _describe(self.inpaintor)
        }

    def demand(self, networks: Repairer) -> NetworkDemand:
        """What one of the models takes of the memory while all are there."""
        resident = LIBRARY_BYTES + sum(
            item.demand.resident_bytes
            for item in (self.hcl, self.inpaintor) if item is not None)
        return replace(networks.demand, resident_bytes=resident)

    def count_at_once(self, pixels: np.ndarray) -> int:
        """How many photographs like this one, ``(H, W, 1 or 3)``, several
        threads may restore at the same time, as far as the networks and the
        memory allow it; 1 if this object is for one thread at a time."""
        used = [item for item in (self.hcl, self.inpaintor) if item]
        allowed = min(item.at_once for item in used)
        each = pixels[..., 0].size * (
            max(item.demand.pixel_bytes for item in used) +
            PICTURE_FACTOR * pixels.itemsize + MAP_BYTES)
        left = self.max_memory - self.demand(used[0]).resident_bytes
        return max(1, min(allowed, int(left // each)))

    def __call__(self,
                 inputs: Any,
                 batch_size: int = 1) -> List[RestorationResult]:
        """Restore photographs and keep all results in memory, one per
        photograph, in order.

        ``inputs`` is one photograph or many, see
        :func:`~hcl_mmagic.apis.sources.open_sources`. A GPU looks at up to
        ``batch_size`` of equal size, one after the other, together; a CPU
        takes them one by one. A PhotographError if one cannot be used.
        """
        return list(self.stream(inputs, batch_size))

    def stream(self,
               inputs: Any,
               batch_size: int = 1) -> Iterator[RestorationResult]:
        """Restore photographs one after the other, in bounded memory; see
        :meth:`__call__`."""
        for batch in equal_batches(open_sources(inputs), batch_size):
            found = self._detect([photograph for _, photograph in batch])
            for (source, photograph), detection in zip(batch, found):
                yield self._restore(
                    path_of(source), photograph, detection, None, 'replace',
                    self.mask_options)

    def detect(self,
               source: Source,
               ignored: Optional[np.ndarray] = None) -> Detection:
        """Find the damage of one photograph (path, bytes, PIL image, array,
        tensor or Photograph), and repair nothing. Where ``ignored``, ``(H,
        W)``, is not 0 nothing is damage. A PhotographError if it cannot be
        used."""
        return self._detect([as_photograph(source)], ignored)[0]

    def restore(self,
                source: Source,
                mask: Optional[np.ndarray] = None,
                mask_mode: str = 'replace',
                mask_options: Optional[MaskOptions] = None,
                detection: Optional[Detection] = None) -> RestorationResult:
        """Repair one photograph.

        Args:
            source (Source): Path, bytes, PIL image, array, tensor or
                Photograph.
            mask (np.ndarray, optional): A mask of your own, not 0 =
                corrupted, 0 = intact, ``(H, W)``, of the upright photograph.
            mask_mode (str): What your mask does to the detected one:
                'replace', 'add' or 'subtract'. With 'replace' nothing is
                detected.
            mask_options (MaskOptions, optional): Instead of the
                inferencer's.
            detection (Detection, optional): What :meth:`detect` found in this
                photograph, to spare doing it again.

        Returns:
            RestorationResult: Outside of its mask every value is the
            original's.

        Raises:
            PhotographError: If the photograph cannot be used.
            HCLError: If the mask does not fit it, or covers all of it.
        """
        photograph = as_photograph(source)
        if mask is not None and mask_mode == 'replace':
            detection = _as_detection(mask, photograph)
        elif detection is None:
            detection = self.detect(photograph)
        elif detection.mask.shape != photograph.pixels.shape[:2]:
            raise DataMismatchError(
                'The detection is that of another photograph: it has '
                f'{detection.mask.shape} pixels instead of '
                f'{photograph.pixels.shape[:2]}.')
        return self._restore(
            path_of(source), photograph, detection, mask, mask_mode,
            mask_options or self.mask_options)

    def _detect(self,
                photographs: List[Photograph],
                ignored: Optional[np.ndarray] = None) -> List[Detection]:
        """Find the damage of photographs of one size."""
        networks = self.loaded
        started = time.perf_counter()
        pictures = [as_eight_bits(item.pixels) for item in photographs]
        confidences = self._work(
            networks, photographs[0],
            lambda plan: look_at_every_scale(networks, pictures, plan))
        if ignored is not None:
            for confidence in confidences:
                confidence[ignored != 0] = 0
        seconds = (time.perf_counter() - started) / len(photographs)
        return [
            self._judge(photograph, picture, confidence,
                        seconds) for photograph, picture, confidence in zip(
                            photographs, pictures, confidences)
        ]

    def _judge(self, photograph: Photograph, picture: np.ndarray,
               confidence: np.ndarray, seconds: float) -> Detection:
        """Whether there is damage at all, and where."""
        started = time.perf_counter()
        reason = why_not_judged(picture)
        if reason is not None:
            verdict = Verdict('not looked at', None, reason=reason)
            certainty = np.zeros(confidence.shape, np.uint8)
        elif self.calibration is None:
            verdict = UNCALIBRATED_VERDICT
            certainty = np.full(confidence.shape, SURE, np.uint8)
        else:
            verdict, certainty = self.calibration.judge(
                confidence, self.verdict_thresholds)
        if self.reverse:
            np.subtract(1, confidence, out=confidence)
            certainty[:] = certainty.max()
        return Detection(
            confidence=confidence,
            certainty=certainty,
            mask=find_mask(confidence, self.mask_options, photograph.alpha,
                           certainty),
            verdict=verdict,
            timings=dict(look=seconds, judge=time.perf_counter() - started))

    def _restore(self, path: Optional[str], photograph: Photograph,
                 detection: Detection, given: Optional[np.ndarray],
                 mask_mode: str, options: MaskOptions) -> RestorationResult:
        """Repair what was detected, as far as a given mask lets it be."""
        mask = find_mask(detection.confidence, options, photograph.alpha,
                         detection.certainty)
        if given is None:
            weights = fitting_weights(mask, options)
        elif mask_mode == 'add':
            weights = np.maximum(
                fitting_weights(mask, options),
                blend_weights(combine_masks(mask, given, 'replace'), options))
        else:
            mask = combine_masks(mask, given, mask_mode)
            grow = blend_weights if mask_mode == 'replace' else fitting_weights
            weights = grow(mask, options)
        if given is not None:
            refuse_whole(mask, weights)
        started = time.perf_counter()
        pixels = photograph.pixels
        changed = (weights > 0).astype(np.uint8)
        if changed.any():
            filled = self._repair(photograph, changed)
            pixels = composite(pixels, filled, weights)
        seconds = time.perf_counter() - started
        return RestorationResult(
            source=path,
            original=photograph,
            restored=photograph.with_pixels(pixels),
            mask=changed,
            confidence=detection.confidence,
            verdict=detection.verdict,
            timings=dict(detection.timings, repair=seconds))

    def _repair(self, photograph: Photograph, mask: np.ndarray) -> np.ndarray:
        """The photograph with its masked pixels filled, grain included."""
        networks: Repairer = self.inpaintor or self.loaded
        filled = self._work(
            networks, photograph, lambda plan: PhotographRepair(
                networks.repair, plan.tile_size, networks.reach)
            (photograph.pixels, mask))
        continue_grain(filled, photograph.pixels, mask)
        return filled

    def _work(self, networks: Repairer, photograph: Photograph,
              work: Callable[[MemoryPlan], Result]) -> Result:
        """Let networks work on what the memory has room for."""
        plan = plan_memory(
            self.demand(networks), self.max_memory,
            photograph.height * photograph.width, photograph.pixels.itemsize)
        return work_in_memory(networks, plan, work)


def _describe(item: Repairer) -> Dict[str, Optional[str]]:
    path = None if item.path is None else str(item.path)
    return dict(
        name=item.name, path=path, sha256=item.sha256, runs_on=item.runs_on)


def _as_detection(mask: np.ndarray, photograph: Photograph) -> Detection:
    """A given mask as if it had been detected."""
    empty = np.zeros(photograph.pixels.shape[:2], np.uint8)
    mask = combine_masks(empty, mask, 'replace')
    certainty = np.full(mask.shape, SURE, np.uint8)
    return Detection(mask.astype(np.float32), certainty, mask, GIVEN, {})
