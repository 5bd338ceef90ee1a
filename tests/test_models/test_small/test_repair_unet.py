"""The lean network of the repair."""
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


@torch.no_grad()
def test_begins_with_the_filling_and_a_trace_of_the_damage(network, picture):
    corrupted, mask = picture
    image, visibility = network(corrupted, mask)
    filled = fill_smoothly(corrupted, mask)
    share = 4 / (1 + torch.tensor(3.).exp())
    torch.testing.assert_close(visibility, share.expand_as(visibility))
    torch.testing.assert_close(image,
                               (filled + share * (corrupted - filled)).clamp(
                                   -1, 1))


@torch.no_grad()
def test_a_translucent_mark_can_be_inverted(network, picture):
    """A mark of one colour on a picture that is smooth but for one pixel
    under it: opacity 0.6 needs a visibility of 2.5, all else is smooth."""
    _, mask = picture
    truth = torch.full((1, 3, 32, 40), 0.2)
    truth[..., 14, 20] = 0.5
    opacity = 0.6
    corrupted = torch.where(mask > 0, (1 - opacity) * truth - opacity * 0.5,
                            truth)
    visibility = 1 / (1 - opacity)
    bias = torch.tensor(visibility / 4).logit()
    # With I = (1 - a) T + a C and F = T around: R = -w (a (C - F)).
    correction = visibility * opacity * (0.5 + 0.2)
    network.exit.bias[-4:] = bias
    network.exit.bias[:-4] = correction
    image, _ = network(corrupted, mask)
    torch.testing.assert_close(image * mask, truth * mask)


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
