"""The lean network of the repair."""
import numpy as np
import pytest
import torch

from hcl_mmagic.models import RepairUNet
from hcl_mmagic.models.functional import fill_smoothly


@pytest.fixture
def network():
    torch.manual_seed(0)
    return RepairUNet(channels=(8, 12, 16), num_context_blocks=1).eval()


@pytest.fixture
def picture():
    torch.manual_seed(1)
    mask = torch.zeros(1, 1, 32, 40)
    mask[..., 8:20, 10:30] = 1
    return torch.rand(1, 3, 32, 40) * 2 - 1, mask


def masked_mean(values, mask, side):
    """Mean over the masked pixels of squares, pixel by pixel."""
    mean = np.zeros_like(values)
    half = side // 2
    for y, x in np.argwhere(mask[0]):
        part = (slice(max(y - half, 0),
                      y + half + 1), slice(max(x - half, 0), x + half + 1))
        inside = mask[0][part] > 0
        mean[:, y, x] = values[(slice(None), *part)][:, inside].mean(1)
    return mean


@torch.no_grad()
def test_begins_with_the_filling_and_some_of_the_details(network, picture):
    corrupted, mask = picture
    image, shown = network(corrupted, mask)
    share = 4 / (1 + np.exp(2.5))
    values, where = corrupted[0].numpy(), mask[0].numpy()
    fine = masked_mean(values, where, 7)
    details = values - fine + fine - masked_mean(fine, where, 25)
    filled = fill_smoothly(corrupted, mask)[0].numpy()
    expected = (filled + share * details).clip(-1, 1)
    inside = where[0] > 0
    np.testing.assert_allclose(
        image[0].numpy()[:, inside], expected[:, inside], atol=1e-5)
    np.testing.assert_allclose(
        shown[0].numpy()[:, inside], share * details[:, inside], atol=1e-5)


@torch.no_grad()
def test_a_visibility_undoes_an_opacity(network, picture):
    """Details under a mark of one colour come back, whatever it covers."""
    truth, mask = picture
    truth = 0.1 * truth
    color = torch.tensor([0.6, -0.2, 0.1]).view(1, 3, 1, 1)
    filled = fill_smoothly(truth, mask)
    under = []
    for opacity in (0., 0.6):
        corrupted = torch.where(mask > 0,
                                (1 - opacity) * truth + opacity * color, truth)
        visibility = 1 / (1 - opacity)
        network.exit.bias[-8:] = torch.tensor(visibility / 4).logit()
        image, _ = network(corrupted, mask)
        under.append((image - filled)[..., 8:20, 10:30])
    torch.testing.assert_close(*under, atol=1e-5, rtol=0)


@torch.no_grad()
def test_sees_what_is_under_the_mask(network, picture):
    corrupted, mask = picture
    torch.nn.init.normal_(network.exit.weight, std=0.1)
    other = torch.where(mask > 0, -corrupted, corrupted)
    assert not torch.allclose(
        network(corrupted, mask)[0] * mask,
        network(other, mask)[0] * mask)


def test_sides_must_fit(network):
    with pytest.raises(ValueError, match='multiples of 8, got 30 x 32'):
        network(torch.zeros(1, 3, 30, 32), torch.zeros(1, 1, 30, 32))
