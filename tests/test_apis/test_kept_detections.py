"""Detections that come back from files."""
import io

import numpy as np
import pytest

from hcl_mmagic.apis.kept_detections import decode_detection, encode_detection
from hcl_mmagic.apis.results import JudgedRegion, Verdict
from hcl_mmagic.errors import DataMismatchError

CONFIDENCE = np.random.default_rng(0).random((12, 17)).astype(np.float32)


@pytest.mark.parametrize('verdict', [
    Verdict('uncertain', None),
    Verdict('damaged', None),
])
def test_all_comes_back(verdict: Verdict) -> None:
    content = encode_detection(CONFIDENCE, verdict, input_sha256='12', page=3)
    detection, facts = decode_detection(content)
    assert np.array_equal(detection.confidence, CONFIDENCE)
    assert detection.confidence.dtype == np.float32
    assert np.array_equal(detection.mask, CONFIDENCE > 0.5)
    assert detection.verdict == verdict
    assert facts == dict(input_sha256='12', page=3)


def test_regions_come_back_with_what_is_sure() -> None:
    confidence = np.zeros((64, 200), np.float32)
    labels = dict(damaged=20, uncertain=90, clean=160)
    for left in labels.values():
        confidence[20:40, left:left + 20] = 0.9
    regions = tuple(
        JudgedRegion((left, 20, 20, 20), 400, 0.5, label)
        for label, left in labels.items())
    verdict = Verdict('damaged', 0.9, regions)
    detection, _ = decode_detection(encode_detection(confidence, verdict))
    assert detection.verdict == verdict
    assert [detection.certainty[30, left + 5]
            for left in labels.values()] == [2, 1, 0]
    assert detection.mask.sum() == 400


def of_arrays(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


WHOLE = encode_detection(CONFIDENCE, Verdict('clean', 0.1))


@pytest.mark.parametrize('content', [
    b'', b'PK', b'no archive', WHOLE[:len(WHOLE) // 2], of_arrays(),
    of_arrays(confidence=CONFIDENCE),
    of_arrays(confidence=CONFIDENCE, about=np.array('{}')),
    of_arrays(confidence=np.array([None, {}]), about=np.array('{}')),
    encode_detection(CONFIDENCE[0], Verdict('clean', 0.1)),
    encode_detection(CONFIDENCE + 2, Verdict('clean', 0.1)),
    encode_detection(CONFIDENCE * np.nan, Verdict('clean', 0.1)),
])  # yapf: disable
def test_other_content_is_refused(content: bytes) -> None:
    with pytest.raises(DataMismatchError, match='no detection that this ver'):
        decode_detection(content)
