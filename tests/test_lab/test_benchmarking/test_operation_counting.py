"""Counted operations and bytes, against computations by hand."""
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from hcl_mmagic.lab.benchmarking import operation_counting as counting
from hcl_mmagic.lab.benchmarking import seams

FLOAT = 4  # bytes


@pytest.fixture
def rates() -> object:
    return counting.Rates(flop_per_second=1e9, bytes_per_second=1e6)


def test_a_convolution(rates: object) -> None:
    image = torch.randn(2, 3, 8, 8)
    weight = torch.randn(5, 3, 3, 3)
    count = counting.count_operations(
        lambda: F.conv2d(image, weight, padding=1), [], rates)['rest']
    assert count.flop == 2 * (3 * 3 * 3) * (2 * 5 * 8 * 8)
    read, written = image.numel() + weight.numel(), 2 * 5 * 8 * 8
    assert count.num_bytes == FLOAT * (read + written)
    assert count.roofline_seconds == pytest.approx(
        max(count.flop / 1e9, count.num_bytes / 1e6))


def test_attention_on_a_cpu(rates: object) -> None:
    query = torch.randn(2, 4, 16, 8)
    key = torch.randn(2, 4, 32, 8)
    bias = torch.randn(4, 16, 32)
    with torch.no_grad():
        count = counting.count_operations(
            lambda: F.scaled_dot_product_attention(
                query, key, key, attn_mask=bias), [], rates)['rest']
    # The logits, then the weighted sums.
    assert count.flop == 2 * (2 * 4) * (16 * 32 * 8) * 2


def test_attention_backward_on_a_cpu(rates: object) -> None:
    query = torch.randn(2, 4, 16, 8, requires_grad=True)

    def run() -> None:
        F.scaled_dot_product_attention(query, query, query).sum().backward()

    count = counting.count_operations(run, [], rates)['rest']
    # Two products forward; backward the logits once more and four others.
    assert count.flop == (2 + 5) * 2 * (2 * 4) * (16 * 16 * 8)


def test_a_backward_pass_that_is_differentiated(rates: object) -> None:
    """As in a gradient penalty: torch's own counter cannot do it."""
    image = torch.randn(4, 8, requires_grad=True)
    layer = torch.nn.Linear(8, 1)

    def run() -> None:
        gradient, = torch.autograd.grad(
            layer(image).sum(), image, create_graph=True)
        gradient.square().sum().backward()

    product = 2 * 4 * 8 * 1
    # Forward, gradient, and that gradient's gradient (one of its two
    # factors is a constant).
    assert counting.count_operations(run, [],
                                     rates)['rest'].flop == 3 * product


def test_agrees_with_torch(rates: object) -> None:
    from hcl_mmagic.models import ConvUNetRefiner
    refiner = ConvUNetRefiner(base_channels=4, channel_mults=(1, 2))
    image = torch.randn(1, 3, 16, 16)

    def run() -> None:
        refiner(image, image[:, :1]).sum().backward()

    counts = counting.count_operations(run, [], rates)
    with FlopCounterMode(display=False) as counter:
        run()
    assert counts['rest'].flop == counter.get_total_flops() > 0


@pytest.mark.parametrize(
    'run, floats',
    [
        (lambda x: x.view(20, 10)[3:].t(), 0),
        (lambda x: torch.empty_like(x), 0),
        (lambda x: x + 1, 200 + 200),
        (lambda x: x + x, 200 + 200),
        (lambda x: x.add_(1), 200 + 200),
        (lambda x: x[:5].exp(), 100 + 100),
        # An expanded axis is stored once.
        (lambda x: x[:1].expand(10, 20) + x, 20 + 200 + 200),
    ])
def test_bytes(rates: object, run: object, floats: int) -> None:
    tensor = torch.ones(10, 20)
    counts = counting.count_operations(lambda: run(tensor), [], rates)
    assert counts['rest'].num_bytes == FLOAT * floats
    assert counts['rest'].flop == 0


def test_parts(rates: object) -> None:
    matrix = torch.ones(4, 4)
    owner = SimpleNamespace(square=lambda: matrix @ matrix)
    counts = counting.count_operations(
        lambda: owner.square() @ owner.square(),
        [seams.Seam(owner, 'square', 'squares')], rates)
    product = 2 * 4**3
    assert counts['squares'].flop == 2 * product
    assert counts['rest'].flop == product
