"""Layers, composed by PIL as an editor would."""
import io
import xml.etree.ElementTree as xml
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image
from tiny_pictures import DEEP_RGB, KINDS, RGB

from hcl_mmagic.photographs.open_raster import encode_layers
from hcl_mmagic.photographs.photograph import Origin, Photograph

MASK = np.zeros(RGB.shape[:2], np.uint8)
MASK[10:20, 30:50] = 1


def repaired(pixels: np.ndarray) -> np.ndarray:
    result = pixels.copy()
    result[MASK == 1] = 77
    return result


def open_layers(content: bytes) -> dict:
    """Files of the layers by their names, lowest first."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        first = archive.infolist()[0]
        assert first.filename == 'mimetype'
        assert first.compress_type == zipfile.ZIP_STORED
        assert archive.read('mimetype') == b'image/openraster'
        root = xml.fromstring(archive.read('stack.xml'))
        assert (root.get('w'), root.get('h')) == ('83', '61')
        layers = {layer.get('name'): archive.read(layer.get('src'))
                  for layer in root.iter('layer')}  # yapf: disable
        layers['merged'] = archive.read('mergedimage.png')
        layers['thumbnail'] = archive.read('Thumbnails/thumbnail.png')
    return layers


@pytest.mark.parametrize('kind', ['grey', 'rgb'])
def test_the_layers_make_the_result(kind: str) -> None:
    pixels, _ = KINDS[kind]
    content = encode_layers(
        Photograph(pixels), Photograph(repaired(pixels)), MASK)
    layers = {name: Image.open(io.BytesIO(file))
              for name, file in open_layers(content).items()}  # yapf: disable
    assert list(layers)[:2] == ['Repair', 'Original']
    repair, original = (
        layers[name].convert('RGBA') for name in ('Repair', 'Original'))
    assert np.array_equal(np.asarray(repair)[..., 3], 255 * MASK)
    shown = np.asarray(Image.alpha_composite(original, repair).convert('RGB'))
    assert np.array_equal(shown, np.broadcast_to(repaired(pixels), RGB.shape))
    assert np.array_equal(np.asarray(layers['merged'].convert('RGB')), shown)
    assert layers['thumbnail'].size == (83, 61)


def test_depth_and_profile_are_kept() -> None:
    origin = Origin('TIFF', icc_profile=b'a profile')
    content = encode_layers(
        Photograph(DEEP_RGB, origin=origin),
        Photograph(repaired(DEEP_RGB), origin=origin), MASK)
    layers = open_layers(content)
    values = cv2.imdecode(
        np.frombuffer(layers['Repair'], np.uint8), cv2.IMREAD_UNCHANGED)
    assert values.dtype == np.uint16
    assert np.array_equal(values[..., 2::-1], repaired(DEEP_RGB))
    assert np.array_equal(values[..., 3], np.uint16(65535) * MASK)
    for name in ('Repair', 'Original', 'merged'):
        image = Image.open(io.BytesIO(layers[name]))
        assert image.info['icc_profile'] == b'a profile'


def test_transparent_pixels_stay_transparent() -> None:
    pixels, alpha = KINDS['rgba']
    content = encode_layers(
        Photograph(pixels, alpha), Photograph(repaired(pixels), alpha), MASK)
    repair = Image.open(io.BytesIO(open_layers(content)['Repair']))
    assert np.array_equal(np.asarray(repair)[..., 3], alpha * MASK)


def test_the_same_layers_are_the_same_file() -> None:
    photograph = Photograph(RGB)
    assert encode_layers(photograph, photograph,
                         MASK) == encode_layers(photograph, photograph, MASK)
