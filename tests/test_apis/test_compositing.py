"""What is outside of the mask stays as it is, bit for bit."""
import numpy as np
import pytest

from hcl_mmagic.apis.compositing import composite


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
def test_values_against_a_pixel_by_pixel_twin(dtype: type) -> None:
    rng = np.random.default_rng(0)
    top = np.iinfo(dtype).max
    pixels, filled = rng.integers(0, top + 1, (2, 9, 11, 3)).astype(dtype)
    weights = rng.choice([0, 1, 77, 254, 255], (9, 11)).astype(np.uint8)
    result = composite(pixels, filled, weights)
    for index in np.ndindex(9, 11):
        weight = float(weights[index])
        expected = (weight * filled[index] +
                    (255 - weight) * pixels[index].astype(float)) / 255
        assert np.abs(result[index] - expected).max() <= 0.51
        if weight == 0:
            assert (result[index] == pixels[index]).all()
        if weight == 255:
            assert (result[index] == filled[index]).all()
    assert result.dtype == dtype


def test_the_photograph_itself_is_not_changed() -> None:
    pixels = np.zeros((3, 3, 1), np.uint8)
    composite(pixels, pixels + 9, np.full((3, 3), 255, np.uint8))
    assert not pixels.any()
