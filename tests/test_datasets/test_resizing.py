"""Tests of hcl_mmagic/datasets/resizing.py."""
import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.datasets.resizing import read_resized


def test_resizing_keeps_the_proportions_and_cannot_be_written_to(tmp_path):
    path = str(tmp_path / 'a.png')
    Image.fromarray(np.zeros((60, 90, 3), np.uint8)).save(path)
    image = read_resized(path, 20)
    assert image.shape == (20, 30, 3)
    with pytest.raises(ValueError, match='read-only'):
        image[0] = 1


def test_resizing_equals_that_of_pil(tmp_path):
    path = str(tmp_path / 'picture.png')
    values = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    Image.fromarray(values).save(path)
    for short_side, size in ((25, (38, 25)), (100, (150, 100))):
        expected = np.array(Image.open(path).resize(
            size, Image.BILINEAR)).astype(int)
        assert np.abs(read_resized(path, short_side) - expected).max() <= 1
