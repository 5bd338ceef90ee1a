"""The networks in ONNX Runtime do what those in PyTorch do."""
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Tuple

import numpy as np
import onnxruntime
import pytest
import torch
from skimage import data
from tiny_small import shallow_backbone

from hcl_mmagic.apis import HCLInferencer, onnx_networks
from hcl_mmagic.apis.checkpoints import load_model
from hcl_mmagic.apis.networks import Networks
from hcl_mmagic.apis.onnx_networks import (CPU, choose_device,
                                           is_out_of_memory, open_graph, pad)
from hcl_mmagic.errors import ConfigError
from hcl_mmagic.models.pictures import Padding


@pytest.fixture(scope='module')
def pair(small_model: Path) -> Tuple[Networks, Networks]:
    """The same weights in ONNX Runtime and in PyTorch."""
    with shallow_backbone():
        other = load_model(str(small_model / 'small.pth'))
    return load_model(str(small_model / 'small.onnx')), other


@pytest.fixture(scope='module')
def both(pair: Tuple[Networks, Networks]) -> Tuple[HCLInferencer, ...]:
    with shallow_backbone():
        return tuple(
            HCLInferencer(str(networks.path), device='cpu')
            for networks in pair)


def damaged(height: int, width: int, dtype: Any = np.uint8) -> np.ndarray:
    pixels = data.astronaut()[:height, :width]
    pixels[height // 4:height // 2, width // 4:width // 2] = (230, 40, 60)
    pixels[:, width // 8:width // 8 + 3] = 250
    return pixels.astype(dtype) * (np.iinfo(dtype).max // 255)


@pytest.mark.parametrize('channels, dtype', [(3, np.uint8), (1, np.uint16)])
def test_a_photograph_gets_the_mask_and_the_values_of_the_other_runtime(
        both: Tuple[HCLInferencer, ...], channels: int, dtype: type) -> None:
    """At several scales, of sides that are no multiples of anything."""
    pixels = damaged(301, 203, dtype)[..., :channels]
    own, other = (each.restore(pixels) for each in both)
    np.testing.assert_allclose(own.confidence, other.confidence, atol=1e-4)
    np.testing.assert_array_equal(own.mask, other.mask)
    assert own.mask.any() and own.status == other.status
    np.testing.assert_array_equal(own.image[own.mask == 0],
                                  pixels[own.mask == 0])


@pytest.mark.parametrize('kind', ['box', 'scattered', 'all'])
def test_repaired_values_are_those_of_the_other_runtime(
        pair: Tuple[Networks, Networks], kind: str) -> None:
    pixels = damaged(90, 61)
    mask = np.zeros((90, 61), np.uint8)
    mask[20:70, 10:50] = 1
    if kind == 'scattered':
        mask = np.random.default_rng(0).integers(0, 2, mask.shape, np.uint8)
    if kind == 'all':
        mask[:] = 1
    own, other = (networks.repair(pixels, mask) / 127.5 for networks in pair)
    np.testing.assert_allclose(own, other, atol=1e-4)


def test_both_plan_the_same_and_judge_the_same(
        pair: Tuple[Networks, Networks]) -> None:
    """So the tiles of a large photograph are the same, too."""
    own, other = pair
    for name in ('demand', 'short_side', 'reach', 'calibration', 'carries',
                 'name'):
        assert getattr(own, name) == getattr(other, name)


def test_photographs_that_are_restored_at_once_get_what_they_get_alone(
        both: Tuple[HCLInferencer, ...]) -> None:
    inferencer = both[0]
    pictures = [damaged(96 + 8 * index, 130) for index in range(4)]
    alone = [inferencer.restore(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(inferencer.restore, pictures))
    for one, other in zip(alone, together):
        np.testing.assert_array_equal(one.confidence, other.confidence)
        np.testing.assert_array_equal(one.image, other.image)


def test_the_memory_bounds_how_many_are_restored_at_once(
        both: Tuple[HCLInferencer, ...],
        monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = both
    monkeypatch.setenv('OMP_NUM_THREADS', '4')
    small, large = (np.empty((side, side, 3), np.uint8)
                    for side in (100, 2000))  # yapf: disable
    assert own.count_at_once(small) == 4
    assert own.count_at_once(large) == 1
    assert other.count_at_once(small) == 1


@pytest.mark.parametrize('size', [(1, 1), (5, 3), (32, 40), (33, 64)])
def test_the_padding_is_that_of_the_models(size: Tuple[int, int]) -> None:
    image = np.random.default_rng(0).random((*size, 2), np.float32)
    tensor = torch.from_numpy(image).permute(2, 0, 1)[None]
    expected = Padding.to_multiple(tensor, 32).pad(tensor)
    np.testing.assert_array_equal(pad(image, 32), expected[0].permute(1, 2, 0))


@pytest.mark.parametrize('name, message', [
    ('cuda', 'no device cuda: .* has no CUDAExecutionProvider.*-gpu'),
    ('cuda:1', 'no device cuda:1'),
    ('mps', 'has no CoreMLExecutionProvider'),
])
def test_devices_that_are_not_there_are_refused(
        name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, 'get_available_providers', lambda: [CPU])
    with pytest.raises(ConfigError, match=message):
        choose_device(name)


class CpuSession:
    """What is made of a session whose GPU does not start."""

    def __init__(self, *args: Any, **options: Any) -> None:
        pass

    def get_providers(self) -> list:
        return [CPU]


def test_a_gpu_that_does_not_start_is_told(
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(onnxruntime, 'get_available_providers',
                        lambda: ['CUDAExecutionProvider', CPU])
    monkeypatch.setattr(onnxruntime, 'InferenceSession', CpuSession)
    open_graph(b'', choose_device('auto'))
    assert re.search('CUDA.* does not start.*The CPU is used',
                     capsys.readouterr().err)
    with pytest.raises(ConfigError, match='does not start.*or use cpu'):
        open_graph(b'', choose_device('cuda:0'))


def test_half_precision_is_refused(small_model: Path) -> None:
    with pytest.raises(ConfigError, match=r'computes in float32.*\.pth'):
        load_model(str(small_model / 'small.onnx'), dtype='float16')


def test_short_memory_is_told_from_other_failures(
        pair: Tuple[Networks,
                    Networks], monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_out_of_memory(RuntimeError('Status Message: bad allocation'))
    assert not is_out_of_memory(RuntimeError('invalid dimensions'))

    class Full:

        def run(self, *_: Any) -> list:
            raise RuntimeError('std::bad_alloc')

    monkeypatch.setattr(pair[0], 'repair_graph', Full())
    with pytest.raises(MemoryError):
        pair[0].repair(damaged(16, 16), np.ones((16, 16), np.uint8))


def test_threads_are_those_that_the_environment_allows(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OMP_NUM_THREADS', '3')
    assert onnx_networks.available_threads() == 3
    monkeypatch.setenv('OMP_NUM_THREADS', '')
    assert onnx_networks.available_threads() >= 1


def test_what_runs_can_be_told(both: Tuple[HCLInferencer, ...]) -> None:
    told = both[0].describe_networks()['hcl']
    assert told['runs_on'].startswith('CPU, ONNX Runtime ')
    assert Path(told['path']).suffix == '.onnx'
