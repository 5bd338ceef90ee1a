"""MAT: what its parts look at, its weights, its training."""

import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import DefaultScope

from hcl_mmagic.models import MATDiscriminator, MATGenerator
from hcl_mmagic.models.compared.mat.chance import Chance
from hcl_mmagic.models.compared.mat.discriminator import group_deviation
from hcl_mmagic.models.compared.mat.transformer import ContextualAttention

NARROW = dict(
    channels=8,
    noise_channels=8,
    num_downs=1,
    depths=(1, 2, 1, 1, 1),
    num_heads=2,
    window_sizes=(4, 4, 4),
    widths=(8, 8, 8, 8))


@pytest.fixture(autouse=True)
def scope():
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmagic'):
        yield


def count(module):
    return sum(weight.numel() for weight in module.parameters())


def hole(size=32):
    mask = torch.zeros(2, 1, size, size)
    mask[..., 8:20, 10:24] = 1
    return mask


# Counted in the networks that the authors' public code builds.
def test_the_numbers_of_weights_are_the_published_ones():
    with torch.device('meta'):
        generator, discriminator = MATGenerator(), MATDiscriminator()
    assert count(generator) == 61562518
    assert count(generator.fill) == 12063865
    assert count(generator.mapping) == 2101248
    assert count(discriminator) == 36231618


# Attention


@torch.no_grad()
def test_corrupted_tokens_are_attended_to_by_none():
    attention = ContextualAttention(8, 2, 4, shifted=True)
    tokens, mask = torch.rand(1, 8, 8, 8), torch.zeros(1, 8, 8, 1)
    mask[:, 2:5, 3:6] = 1
    changed = torch.where(mask > 0, torch.rand_like(tokens), tokens)
    differs = (attention(tokens, mask)[0] != attention(changed, mask)[0])
    # A corrupted token still asks by what it is.
    assert torch.equal(differs.any(-1), mask[..., 0] > 0)


@torch.no_grad()
def test_attention_is_softmax_over_the_intact_tokens_of_a_window():
    attention = ContextualAttention(6, 1, 4, shifted=False)
    tokens = torch.randn(1, 4, 4, 6)
    mask = (torch.rand(1, 4, 4, 1) > 0.4).float()
    flat, intact = tokens.view(16, 6), mask.view(16) == 0
    unit = flat / flat.norm(dim=1, keepdim=True)
    logits = attention.query(unit) @ attention.key(unit)[intact].t() / 6**0.5
    values = attention.value(flat)[intact]
    expected = attention.projection(logits.softmax(-1) @ values)
    torch.testing.assert_close(
        attention(tokens, mask)[0].view(16, 6), expected, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_a_window_with_an_intact_token_becomes_intact():
    attention = ContextualAttention(8, 2, 4, shifted=False)
    mask = torch.ones(1, 8, 8, 1)
    mask[0, 1, 6] = 0
    _, updated = attention(torch.rand(1, 8, 8, 8), mask)
    expected = torch.ones(8, 8)
    expected[:4, 4:] = 0
    assert torch.equal(updated[0, ..., 0], expected)


# The generator


@torch.no_grad()
def test_what_lies_under_the_mask_is_not_seen():
    generator, mask = MATGenerator(**NARROW).eval(), hole()
    picture = torch.rand(2, 3, 32, 32) * 2 - 1
    changed = torch.where(mask > 0, torch.rand_like(picture), picture)
    for one, other in zip(generator(picture, mask), generator(changed, mask)):
        outside = (mask == 0).expand_as(one)
        assert torch.equal(one[~outside], other[~outside])
        assert torch.equal(one[outside], picture[outside])


@torch.no_grad()
def test_a_test_repeats_itself_whatever_else_is_in_the_batch():
    generator, mask = MATGenerator(**NARROW).eval(), hole()
    pictures = torch.rand(2, 3, 32, 32)
    together, _ = generator(pictures, mask)
    torch.rand(7)  # somebody else's
    alone, _ = generator(pictures[1:], mask[1:])
    torch.testing.assert_close(together[1:], alone, atol=1e-4, rtol=1e-4)
    generator.train()
    assert not torch.allclose(generator(pictures, mask)[0], together)


def test_another_side_is_refused():
    generator = MATGenerator(**NARROW)
    assert generator.size_divisor == 32
    with pytest.raises(ValueError, match='multiples of 32'):
        generator(torch.zeros(1, 3, 32, 40), torch.zeros(1, 1, 32, 40))


def test_coins_fall_evenly():
    coins = Chance(4, torch.zeros(())).coins(8, 50, 50)
    assert set(coins.unique().tolist()) == {0., 1.}
    assert coins.mean().item() == pytest.approx(0.5, abs=0.01)


# The discriminator


@torch.no_grad()
def test_pictures_of_a_group_are_compared():
    features = torch.randn(4, 3, 5, 5)
    expected = features.var(dim=0, correction=0).sqrt().mean()
    found = group_deviation(features)
    assert found.shape == (4, 1, 5, 5)
    torch.testing.assert_close(found, expected.expand_as(found))
    assert group_deviation(features[:1]).max() < 1e-3


def test_a_size_that_is_no_power_of_two_is_refused():
    with pytest.raises(ValueError, match='a power of two above 4, got 48'):
        MATDiscriminator(size=48)


# Training


def build(**options):
    return MODELS.build(
        dict(
            type='MATInpaintor',
            generator=dict(type='MATGenerator', **NARROW),
            discriminator=dict(
                type='MATDiscriminator',
                size=32,
                base_channels=4,
                max_channels=8),
            data_preprocessor=dict(
                type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
            **options))


def test_a_step_trains_both_networks():
    model, mask = build(penalty_interval=2), hole()
    truth = torch.rand(2, 3, 32, 32) * 255
    wrappers = OptimWrapperDict(
        **{
            name:
            OptimWrapper(
                torch.optim.Adam(getattr(model, name).parameters(), lr=1e-3))
            for name in ('generator', 'discriminator')
        })
    logs = []
    for _ in range(2):
        before = {name: w.clone() for name, w in model.named_parameters()}
        logs.append(
            model.train_step(
                dict(
                    inputs=[*truth],
                    data_samples=[
                        DataSample(gt_img=gt, mask=region)
                        for gt, region in zip(truth, mask)
                    ]), wrappers))
    still = [
        name for name, weight in model.named_parameters()
        if torch.equal(weight, before[name])
    ]
    assert not still
    assert 'loss_penalty' in logs[0] and 'loss_penalty' not in logs[1]
    assert {'loss', 'loss_adversarial', 'loss_discriminator'} <= set(logs[1])


def test_the_penalty_is_the_squared_gradient():
    model = build()

    class Slopes(torch.nn.Module):

        def forward(self, refined, filled, mask):
            return (3 * refined.sum((1, 2, 3))[:, None], (0.5 * filled**2).sum(
                (1, 2, 3))[:, None])

    model.discriminator = Slopes()
    truth = torch.rand(2, 3, 4, 4)
    expected = 9 * 48 + truth.square().sum((1, 2, 3)).mean()
    torch.testing.assert_close(model.penalty(truth, truth[:, :1]), expected)


@torch.no_grad()
def test_a_repair_of_any_size_keeps_the_rest():
    model = build().eval()
    picture = torch.rand(1, 3, 21, 45) * 2 - 1
    mask = torch.zeros(1, 1, 21, 45)
    mask[..., 4:9, 7:30] = 1
    repaired = model.repair(picture, mask)
    assert torch.equal(repaired[..., 9:, :], picture[..., 9:, :])
    assert not torch.allclose(repaired, picture)
