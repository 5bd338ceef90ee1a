"""LaMa as one file of a user."""
from pathlib import Path
from typing import Any, Tuple

import numpy as np
import pytest
import torch
from tiny_lama_files import GREY, write_onnx, write_torch_script
from torch import Tensor, nn

from hcl_mmagic.apis import HCLInferencer, MaskOptions
from hcl_mmagic.apis.checkpoints import load_inpaintor
from hcl_mmagic.errors import CheckpointError, ConfigError

HARD = MaskOptions(dilate=0, feather=0)


class Enlarger(nn.Module):
    """Gives pictures of twice the size."""

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        return torch.cat([image, image], 3)


def write(folder: Path, suffix: str) -> str:
    if suffix == '.onnx':
        return write_onnx(folder / 'lama.onnx')
    return write_torch_script(folder / 'lama.pt')


@pytest.mark.parametrize('suffix', ['.pt', '.onnx'])
@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
@pytest.mark.parametrize('shape', [(41, 70, 3), (64, 30, 1)])
def test_photographs_of_all_kinds(tmp_path: Path, suffix: str, dtype: Any,
                                  shape: Tuple[int, ...]) -> None:
    largest = np.iinfo(dtype).max
    pixels = np.random.default_rng(0).integers(0, largest, shape, dtype)
    mask = np.zeros(shape[:2], np.uint8)
    mask[10:20, 5:25] = 1
    inferencer = HCLInferencer(
        inpaintor=write(tmp_path, suffix), detects=False, device='cpu')
    image = inferencer.restore(pixels, mask, mask_options=HARD).image
    np.testing.assert_array_equal(image[mask == 0], pixels[mask == 0])
    assert (image[mask > 0] == round(GREY * largest)).all()


def test_a_network_of_one_size_and_of_eight_bits(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / 'fixed.onnx', (256, 256), largest=255)
    pixels = np.zeros((300, 90, 3), np.uint8)
    mask = np.zeros((300, 90), np.uint8)
    mask[10:290, 40] = 1
    inferencer = HCLInferencer(inpaintor=path, detects=False, device='cpu')
    image = inferencer.restore(pixels, mask, mask_options=HARD).image
    assert (image[mask > 0] == 64).all() and not image[mask == 0].any()


def test_another_interface_is_refused(tmp_path: Path) -> None:
    path = write_torch_script(tmp_path / 'other.pt', Enlarger())
    with pytest.raises(CheckpointError, match='interface of big-lama.pt'):
        load_inpaintor(path)


@pytest.mark.parametrize(('name', 'message'), [
    ('broken.pt', 'is no TorchScript file such as big-lama.pt'),
    ('broken.onnx', 'broken.onnx'),
])
def test_a_broken_file_is_named(tmp_path: Path, name: str,
                                message: str) -> None:
    (tmp_path / name).write_bytes(b'nothing')
    with pytest.raises(CheckpointError, match=message):
        load_inpaintor(str(tmp_path / name))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CheckpointError, match='no file no.pt'):
        load_inpaintor('no.pt')


@pytest.mark.parametrize('name', ['telea', 'lama.pt'])
def test_a_checkpoint_is_for_configs(name: str) -> None:
    with pytest.raises(ConfigError, match=f'{name} needs none'):
        load_inpaintor(name, 'weights.pth')
