"""What the page reads from the head of a file."""
import io
from typing import Any

import cv2
import numpy as np
import pytest
from page_modules import call, needs_node
from PIL import Image, ImageCms
from skimage import data

pytestmark = needs_node
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()


def encode(format: str, mode: str = 'RGB', **options: Any) -> np.ndarray:
    stream = io.BytesIO()
    picture = Image.fromarray(data.astronaut()[:90, :70]).convert(mode)
    picture.save(stream, format, **options)
    return np.frombuffer(stream.getvalue(), np.uint8)


@pytest.mark.parametrize(
    ('format', 'mode', 'options', 'channels'),
    [('JPEG', 'RGB', {}, 3), ('JPEG', 'L', dict(progressive=True), 1),
     ('PNG', 'RGB', {}, 3), ('PNG', 'L', {}, 1), ('PNG', 'P', {}, 3),
     ('WEBP', 'RGB', {}, 3), ('WEBP', 'RGB', dict(lossless=True), 3),
     ('WEBP', 'RGB', dict(icc_profile=PROFILE), 3)])  # yapf: disable
def test_size_and_channels(format: str, mode: str, options: Any,
                           channels: int) -> None:
    found = call('file_header', 'readHeader', encode(format, mode, **options))
    header = found.result
    assert (header['width'], header['height'],
            header['channels']) == (70, 90, channels)


@pytest.mark.parametrize('format', ['JPEG', 'WEBP'])
def test_colour_profile(format: str) -> None:
    content = encode(format, icc_profile=PROFILE)
    header = call('file_header', 'readHeader', content).result
    assert header['profile'].tobytes() == PROFILE


def test_colour_profile_of_a_png_file_stays_compressed() -> None:
    content = encode('PNG', icc_profile=PROFILE)
    header = call('file_header', 'readHeader', content).result
    chunk, = header['pngChunks']
    assert chunk['name'] == 'iCCP'
    assert chunk['data'].tobytes() in content.tobytes()


@pytest.mark.parametrize(
    ('content', 'words'),
    [(np.frombuffer(b'no picture at all', np.uint8), 'no JPEG, PNG or WebP'),
     (encode('JPEG')[:700], 'cut off'),
     (encode('JPEG')[:-300], 'cut off'),
     (encode('PNG')[:-30], 'cut off'),
     (encode('WEBP')[:-30], 'cut off'),
     (encode('JPEG', 'CMYK'), 'CMYK'),
     (cv2.imencode('.png', np.zeros((9, 9), np.uint16))[1].ravel(),
      '16 bits'),
     (encode('PNG', save_all=True, append_images=[Image.new('RGB', (70, 90))]),
      'animated'),
     (encode('GIF'), 'no JPEG, PNG or WebP')])  # yapf: disable
def test_refusals_in_words(content: np.ndarray, words: str) -> None:
    found = call('file_header', 'readHeader', content)
    assert found.problem is not None and words in found.problem
