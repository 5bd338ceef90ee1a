"""Detections as the content of files, to be used again without looking."""
import io
import json
import zipfile
from dataclasses import asdict
from typing import Any, Dict, Tuple

import numpy as np

from ..errors import DataMismatchError
from .mask_editing import MaskOptions, find_mask
from .results import Detection, JudgedRegion, Verdict
from .verdict import certainty_of

_VERSION = 1  # of the content


def encode_detection(confidence: np.ndarray, verdict: Verdict,
                     **facts: Any) -> bytes:
    """What was found in a photograph, as the content of a ``.npz`` file: the
    confidences, ``(H, W)``, float32, in [0, 1], the verdict, and facts of
    plain values."""
    about = dict(version=_VERSION, verdict=asdict(verdict), facts=facts)
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        confidence=confidence.astype(np.float32, copy=False),
        about=np.array(json.dumps(about)))
    return stream.getvalue()


def decode_detection(content: bytes) -> Tuple[Detection, Dict[str, Any]]:
    """A detection and its facts, from :func:`encode_detection`; a
    DataMismatchError for other content. The mask is that of the default
    options."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            confidence = arrays['confidence']
            about = json.loads(str(arrays['about']))
        if about['version'] != _VERSION or confidence.ndim != 2 or \
                confidence.dtype != np.float32 or \
                not ((confidence >= 0) & (confidence <= 1)).all():
            raise ValueError('other values than those that are expected')
        verdict = _verdict_of(about['verdict'])
        facts = dict(about['facts'])
    except (OSError, ValueError, KeyError, TypeError, EOFError,
            zipfile.BadZipFile) as error:
        raise DataMismatchError(
            'it is no detection that this version can use; let it be found '
            'again with --save detection') from error
    certainty = certainty_of(confidence, verdict)
    mask = find_mask(confidence, MaskOptions(), certainty=certainty)
    return Detection(confidence, certainty, mask, verdict, {}), facts


def _verdict_of(values: Dict[str, Any]) -> Verdict:
    regions = tuple(
        JudgedRegion(**{
            **region, 'box': tuple(region['box'])
        }) for region in values['regions'])
    return Verdict(**{**values, 'regions': regions})
