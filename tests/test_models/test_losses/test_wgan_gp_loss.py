"""WGAN-GP loss against recorded and hand-made values."""

import numpy as np
import pytest
import torch
from reference import losses as twin
from reference import networks_recorded
from torch import nn

from hcl_mmagic.models import SNPatchDiscriminator, WGANGPLoss

TOLERANCE = 1e-4


@pytest.fixture(scope='module')
def recorded():
    return networks_recorded.load_recorded()


@pytest.fixture(scope='module')
def discriminator(recorded):
    discriminator = SNPatchDiscriminator(base_channels=8).eval()
    discriminator.load_state_dict(
        networks_recorded.state_of(recorded, 'discriminator'))
    return discriminator


class Scale(nn.Module):
    """A critic whose gradient is known: score = factor * sum of pixels."""

    def __init__(self, factor):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(float(factor)))

    def forward(self, image):
        return self.factor * image


def test_recorded_penalty(recorded, discriminator):
    penalty = WGANGPLoss.gradient_penalty(discriminator, recorded['gt'],
                                          recorded['refined'],
                                          recorded['gp.alpha'])
    torch.testing.assert_close(
        penalty, recorded['gp.value_without_weight'], rtol=0, atol=TOLERANCE)


def test_recorded_discriminator_loss(recorded, discriminator):
    losses = WGANGPLoss().discriminator(discriminator, recorded['gt'],
                                        recorded['refined'],
                                        recorded['gp.alpha'])
    assert set(losses) == {'loss_discriminator', 'loss_gradient_penalty'}
    torch.testing.assert_close(
        sum(losses.values()), recorded['loss_disc'], rtol=0, atol=TOLERANCE)


def test_recorded_generator_loss(recorded, discriminator):
    losses = WGANGPLoss().generator(discriminator, recorded['refined'])
    torch.testing.assert_close(
        losses['loss_adversarial'],
        recorded['loss_adv_g'],
        rtol=0,
        atol=TOLERANCE)


@pytest.mark.parametrize('seed', range(20))
def test_equals_the_twin_on_random_draws(seed):
    rng = np.random.default_rng(seed)
    shape = rng.integers((1, 1, 1, 1), (4, 4, 4, 4))
    real, fake = rng.uniform(-1, 1, (2, *shape))
    layer = rng.normal(0, 2, (3, real[0].size))
    alpha, weight, loss_weight = rng.random(3)
    matrix = torch.from_numpy(layer)

    def critic(images):
        return (images.flatten(1) @ matrix.T).tanh()[..., None, None]

    def scores(image):
        return np.tanh(layer @ image.ravel())

    loss = WGANGPLoss(gradient_penalty_weight=weight, loss_weight=loss_weight)
    images = torch.from_numpy(real), torch.from_numpy(fake)
    found = loss.discriminator(critic, *images, torch.tensor([alpha]))
    found.update(loss.generator(critic, images[1]))
    real_score, fake_score = (
        np.mean([scores(image) for image in part]) for part in (real, fake))
    penalty = twin.gradient_penalty(scores, real, fake, alpha)
    assert {
        name: value.item()
        for name, value in found.items()
    } == {
        'loss_discriminator': pytest.approx(fake_score - real_score),
        'loss_gradient_penalty': pytest.approx(weight * penalty, rel=1e-5),
        'loss_adversarial': pytest.approx(-loss_weight * fake_score)
    }


def test_penalty_of_a_linear_critic():
    # The gradient is 0.5 at each of 3 * 4 * 4 pixels.
    images = torch.randn(2, 2, 3, 4, 4)
    penalty = WGANGPLoss.gradient_penalty(Scale(0.5), *images)
    torch.testing.assert_close(penalty, torch.tensor((0.5 * 48**0.5 - 1)**2))


@pytest.mark.parametrize('alpha', [0.0, 0.25, 1.0])
def test_mixture(alpha):
    real, fake = torch.randn(2, 2, 3, 4, 4)
    seen = []

    def critic(image):
        seen.append(image.detach())
        return image.square()

    WGANGPLoss.gradient_penalty(critic, real, fake, torch.tensor([alpha]))
    torch.testing.assert_close(seen[0], alpha * real + (1 - alpha) * fake)


def test_mixing_is_drawn_once_per_batch():
    seen = []

    def critic(image):
        seen.append(image.detach())
        return image.square()

    for _ in range(2):
        WGANGPLoss.gradient_penalty(critic, torch.ones(3, 1, 2, 2),
                                    torch.zeros(3, 1, 2, 2))
    shares = [image.unique() for image in seen]
    assert len(shares[0]) == len(shares[1]) == 1
    assert shares[0] != shares[1]


def test_flat_critic_has_a_finite_gradient():
    critic = Scale(0)
    WGANGPLoss.gradient_penalty(critic, *torch.randn(2, 1, 3, 4, 4)).backward()
    assert critic.factor.grad.isfinite()


def test_weights():
    images = torch.randn(2, 2, 3, 4, 4)
    loss = WGANGPLoss(gradient_penalty_weight=3, loss_weight=0.5)
    critic = Scale(0.5)
    losses = loss.discriminator(critic, *images)
    torch.testing.assert_close(losses['loss_gradient_penalty'],
                               3 * loss.gradient_penalty(critic, *images))
    torch.testing.assert_close(
        loss.generator(critic, images[0])['loss_adversarial'],
        -0.5 * 0.5 * images[0].mean())


def test_penalty_is_float32_under_autocast(discriminator):
    real, fake = torch.randn(2, 1, 3, 32, 32)
    alpha = torch.tensor([0.3])
    expected = WGANGPLoss.gradient_penalty(discriminator, real, fake, alpha)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        penalty = WGANGPLoss.gradient_penalty(discriminator, real, fake, alpha)
    assert torch.equal(penalty, expected)


def test_gradcheck():
    critic = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Softplus()).double()
    real, fake = torch.randn(2, 2, 2, 4, 4, dtype=torch.double)
    alpha = torch.tensor([0.3], dtype=torch.double)
    parameters = tuple(critic.parameters())
    loss = WGANGPLoss()

    def discriminator_loss(*_):
        return sum(loss.discriminator(critic, real, fake, alpha).values())

    def generator_loss(fake, *_):
        return loss.generator(critic, fake)['loss_adversarial']

    assert torch.autograd.gradcheck(discriminator_loss, parameters)
    assert torch.autograd.gradcheck(generator_loss,
                                    (fake.requires_grad_(), *parameters))


def test_unknown_argument_is_named():
    with pytest.raises(TypeError, match='WGANGPLoss.*penalty'):
        WGANGPLoss(penalty=10)
