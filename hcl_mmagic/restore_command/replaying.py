"""Detections that were kept, instead of another look."""
import os
from dataclasses import dataclass, replace
from typing import Optional, Tuple

from ..apis.kept_detections import decode_detection
from ..apis.results import Detection, JudgedRegion
from ..apis.verdict import certainty_of, verdict_of
from ..errors import DataMismatchError, DataNotFoundError
from .names import ResultNames


@dataclass(frozen=True)
class KeptDetections:
    """Detections in a folder, as ``--save detection`` has written them. With
    other ``clean_below`` and ``damaged_above`` the verdict is another one;
    None leaves that of the file."""
    folder: str
    clean_below: Optional[float] = None
    damaged_above: Optional[float] = None

    def load(self, names: ResultNames, sha256: str,
             size: Tuple[int, ...]) -> Detection:
        """The detection of a photograph with these names of results, this
        SHA-256 of its file and this size, rows and columns. An HCLError if
        there is none, or it is that of another file."""
        path = os.path.join(self.folder, names.extras['detection'])
        try:
            with open(path, 'rb') as file:
                content = file.read()
        except FileNotFoundError:
            raise DataNotFoundError(
                f'no detection of it is kept: expected {path}') from None
        try:
            detection, facts = decode_detection(content)
        except DataMismatchError as error:
            raise DataMismatchError(f'{path}: {error}') from error
        if facts.get('input_sha256') != sha256 or \
                detection.confidence.shape != size:
            raise DataMismatchError(
                f'{path} is the detection of another file: the photograph has '
                'changed since; let it be found again with --save detection')
        if detection.verdict.probability is None or (
                self.clean_below is None and self.damaged_above is None):
            return detection
        verdict = verdict_of(list(map(self._judge, detection.verdict.regions)))
        return replace(
            detection,
            verdict=verdict,
            certainty=certainty_of(detection.confidence, verdict))

    def _judge(self, region: JudgedRegion) -> JudgedRegion:
        label = region.label
        if self.clean_below is not None:
            label = 'clean' if region.probability < self.clean_below else (
                'uncertain' if label == 'clean' else label)
        if self.damaged_above is not None and label != 'clean':
            label = 'damaged' if region.probability > self.damaged_above \
                else 'uncertain'
        return replace(region, label=label)
