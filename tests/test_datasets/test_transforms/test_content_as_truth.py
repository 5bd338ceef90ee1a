"""Tests of hcl_mmagic/datasets/transforms/content_as_truth.py."""
import numpy as np
import pytest
from mmagic.registry import TRANSFORMS

from hcl_mmagic.datasets.transforms import ContentAsTruth
from hcl_mmagic.errors import ConfigError


def _corrupt(everywhere: bool = False, **options: bool) -> dict:
    rng = np.random.default_rng(0)
    mask = np.full((24, 30, 1), everywhere, np.float32)
    mask[5:15, 10:20] = 1
    results = dict(
        gt=rng.integers(256, size=(24, 30, 3), dtype=np.uint8), mask=mask)
    transform = TRANSFORMS.build(
        dict(
            type='CorruptImage',
            feather_radius=0,
            contents=[dict(type='UniformNoiseContent')],
            **options))
    np.random.seed(3)
    return transform(results)


def test_the_truth_is_the_whole_content() -> None:
    content = _corrupt(everywhere=True)['img']
    before = _corrupt()
    results = ContentAsTruth()(_corrupt(keep_content=True))
    assert (results['gt'] == content).all() and 'content' not in results
    assert (results['img'] == before['img']).all()
    assert (results['mask'] == before['mask']).all()
    corrupted = results['mask'][..., 0] == 1
    assert (results['img'][corrupted] == results['gt'][corrupted]).all()


def test_content_does_not_stay_unasked() -> None:
    assert 'content' not in _corrupt()


def test_a_missing_content_says_what_keeps_it() -> None:
    with pytest.raises(ConfigError, match='keep_content=True'):
        ContentAsTruth()(_corrupt())
