"""OpenRaster files: layers that GIMP, Krita and other editors open."""
import io
import zipfile
from dataclasses import replace
from typing import Dict, Tuple

import cv2
import numpy as np

from .photograph import Origin, Photograph, as_eight_bits
from .png import encode_png

_THUMBNAIL_SIDE = 256
_EARLIEST = 1980, 1, 1, 0, 0, 0  # that a zip archive can say
_LAYER = ('<layer name="{name}" src="{path}" x="0" y="0" opacity="1.0" '
          'visibility="visible" composite-op="svg:src-over"/>')
_STACK = ('<?xml version="1.0" encoding="UTF-8"?>\n<image version="0.0.3" '
          'w="{width}" h="{height}"><stack>{layers}</stack></image>\n')


def encode_layers(original: Photograph, restored: Photograph,
                  mask: np.ndarray) -> bytes:
    """An OpenRaster file of two layers: below the original, and above it
    'Repair', the restored photograph with the mask, ``(H, W)``, uint8, 1 =
    changed, 0 = untouched, for its opacity. Both have the depth and the colour
    profile of the photograph."""
    full = np.iinfo(restored.pixels.dtype).max
    opacity = mask.astype(restored.pixels.dtype) * full
    if restored.alpha is not None:
        opacity = np.minimum(opacity, restored.alpha)
    layers = {  # the uppermost first
        'Repair': ('data/repair.png', replace(restored, alpha=opacity)),
        'Original': ('data/original.png', original)
    }
    stack = _STACK.format(
        width=original.width,
        height=original.height,
        layers=''.join(
            _LAYER.format(name=name, path=path)
            for name, (path, _) in layers.items()))
    files: Dict[str, bytes] = {
        'mimetype': b'image/openraster',  # has to come first
        'stack.xml': stack.encode(),
        **{
            path: _encode(layer)
            for path, layer in layers.values()
        },
        'mergedimage.png': _encode(restored),
        'Thumbnails/thumbnail.png': _encode(_reduced(restored))
    }
    return _zip(files)


def _encode(photograph: Photograph) -> bytes:
    profile = photograph.origin.icc_profile if photograph.origin else None
    return encode_png(photograph, Origin('PNG', icc_profile=profile))


def _reduced(photograph: Photograph) -> Photograph:
    samples = as_eight_bits(photograph.samples)
    scale = min(1, _THUMBNAIL_SIDE / max(samples.shape[:2]))
    size: Tuple[int, int] = (max(1, round(photograph.width * scale)),
                             max(1, round(photograph.height * scale)))
    small = cv2.resize(samples, size, interpolation=cv2.INTER_AREA)
    return Photograph.of_samples(small.reshape(size[1], size[0], -1))


def _zip(files: Dict[str, bytes]) -> bytes:
    """The archive, which is the same for the same files. PNG files are
    compressed already."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content)
    return stream.getvalue()
