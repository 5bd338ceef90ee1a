"""Tests of photographs from what other programs hold in memory."""
import io

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_pictures import (ALPHA, DEEP_GREY, DEEP_RGB, GREY, KINDS, RGB,
                           by_pil, equal, exif_with)

from hcl_mmagic.errors import PhotographError
from hcl_mmagic.photographs.conversion import as_photograph
from hcl_mmagic.photographs.photograph import Photograph


def test_photograph_comes_back_itself():
    photograph = Photograph(RGB)
    assert as_photograph(photograph) is photograph


@pytest.mark.parametrize('kind', KINDS)
def test_arrays(kind):
    pixels, alpha = KINDS[kind]
    array = pixels if alpha is None else np.dstack([pixels, alpha])
    photograph = as_photograph(array)
    assert equal(photograph, pixels, alpha)
    assert photograph.pixels.flags.c_contiguous
    assert photograph.origin is None


def test_arrays_without_channels():
    assert equal(as_photograph(GREY[..., 0]), GREY, None)


def test_arrays_of_another_byte_order():
    assert equal(as_photograph(DEEP_RGB.astype('>u2')), DEEP_RGB, None)


@pytest.mark.parametrize('mode, pixels, alpha', [('L', GREY, None),
                                                 ('RGB', RGB, None),
                                                 ('RGBA', RGB, ALPHA),
                                                 ('LA', GREY, ALPHA)])
def test_pictures_of_pil(mode, pixels, alpha):
    values = pixels if alpha is None else np.dstack([pixels, alpha])
    image = Image.fromarray(values.squeeze())
    assert image.mode == mode
    assert equal(as_photograph(image), pixels, alpha)


def test_palette_of_a_picture_of_pil_becomes_rgb():
    image = Image.fromarray(RGB).convert('P')
    assert equal(as_photograph(image), np.asarray(image.convert('RGB')), None)


def test_16_bits_of_a_picture_of_pil():
    image = Image.fromarray(DEEP_GREY[..., 0])
    assert equal(as_photograph(image), DEEP_GREY, None)


def test_pictures_of_pil_keep_their_metadata():
    content = by_pil(RGB, 'JPEG', exif=exif_with(8), dpi=(300, 300))
    photograph = as_photograph(Image.open(io.BytesIO(content)))
    assert photograph.pixels.shape[:2] == RGB.shape[1::-1]
    assert photograph.origin.dpi == (300, 300)
    assert photograph.origin.exif is not None
    assert photograph.origin.format == 'PNG'


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_tensors_of_floats(dtype):
    tensor = torch.from_numpy(RGB).permute(2, 0, 1).to(dtype) / 255
    assert equal(as_photograph(tensor), RGB, None)


@pytest.mark.parametrize('kind', ['grey', 'grey_alpha', 'rgb', 'rgba'])
def test_tensors_of_bytes(kind):
    pixels, alpha = KINDS[kind]
    array = pixels if alpha is None else np.dstack([pixels, alpha])
    tensor = torch.from_numpy(array).permute(2, 0, 1)
    assert equal(as_photograph(tensor), pixels, alpha)


@pytest.mark.parametrize('image, message', [
    (RGB / 255, 'float64 and shape'),
    (GREY > 3, 'bool and shape'),
    (RGB.astype(np.int32), 'int32 and shape'),
    (RGB[None], r'shape \(1, 61'),
    (np.zeros((3, 3, 5), np.uint8), r'shape \(3, 3, 5\)'),
    (np.zeros((0, 3, 3), np.uint8), r'shape \(0, 3, 3\)'),
    (torch.zeros(1, 3, 4, 4), r'tensor of shape \(1, 3, 4, 4\)'),
    (torch.full((3, 4, 4), 1.5), 'values in'),
    (torch.full((3, 4, 4), float('nan')), 'values in'),
    (torch.zeros(3, 4, 4, dtype=torch.int64), 'int64 and shape'),
    (Image.new('LAB', (3, 3)), 'has Lab values'),
    (Image.new('F', (3, 3)), 'has floating-point values'),
    (None, 'NoneType'),
    ([[1, 2]], 'list'),
])
def test_what_is_no_photograph(image, message):
    with pytest.raises(PhotographError, match=message):
        as_photograph(image)


@pytest.mark.parametrize('pixels, alpha, message', [
    (GREY[..., 0], None, r'pixels should be .* shape \(61, 83\)'),
    (RGB.astype(np.float32), None, 'pixels should be .* float32'),
    (RGB, ALPHA[1:], r'alpha should be .* shape \(60, 83\)'),
    (DEEP_RGB, ALPHA, 'alpha should be uint16 .* uint8'),
])
def test_photograph_checks_its_values(pixels, alpha, message):
    with pytest.raises(PhotographError, match=message):
        Photograph(pixels, alpha)


def test_other_pixels_of_the_same_photograph():
    photograph = as_photograph(np.dstack([RGB, ALPHA]))
    assert equal(photograph.with_pixels(255 - RGB), 255 - RGB, ALPHA)
    assert (photograph.height, photograph.width) == RGB.shape[:2]
    with pytest.raises(PhotographError, match='new pixels should be uint8'):
        photograph.with_pixels(DEEP_RGB)
