"""Tests of choosing device and precision."""
import pytest
import torch

from hcl_mmagic.apis.checkpoints.devices import choose_device, choose_dtype
from hcl_mmagic.errors import ConfigError

CPU = torch.device('cpu')


def test_the_cpu_is_always_there() -> None:
    assert choose_device('cpu') == CPU
    assert choose_device('auto').type in ('cpu', 'cuda', 'mps')


@pytest.mark.parametrize('name, message', [
    ('cuda:99', 'there is no device cuda:99: torch finds .* CUDA'),
    ('gpu', "unknown device 'gpu': expected auto, cpu"),
    ('cuda:-1', "unknown device 'cuda:-1'"),
    ('', "unknown device ''"),
    ('meta', "the device 'meta' is not supported"),
])
def test_devices_that_are_not_there(name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        choose_device(name)


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU')
def test_no_gpu_is_told() -> None:
    with pytest.raises(ConfigError, match='torch finds 0 CUDA devices. Use'):
        choose_device('cuda')


@pytest.mark.skipif(
    torch.backends.mps.is_available(), reason='there is such a GPU')
def test_no_mps_is_told() -> None:
    with pytest.raises(ConfigError, match='there is no device mps'):
        choose_device('mps')


def test_precisions() -> None:
    assert choose_dtype('float32', CPU) is torch.float32
    assert choose_dtype('bfloat16', CPU) is torch.bfloat16
    assert choose_dtype('float16', torch.device('cuda')) is torch.float16


def test_precisions_that_do_not_work() -> None:
    with pytest.raises(ConfigError, match='float16 needs a GPU'):
        choose_dtype('float16', CPU)
    with pytest.raises(ConfigError, match='expected one of float32, bfloat16'):
        choose_dtype('float64', CPU)
