"""Recorded inputs, weights and outputs of the public implementation of HCL.

``tests/data/parity_networks.npz`` holds a network of base width 8, trained for
400 steps on 64 px images. To stay small, all float arrays are one array of
bytes, ``(4, values)``, one row per byte of a float32; ``layout`` is the JSON
of their names and shapes in order. Masks there are 1 = intact.
"""

import json
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Dict

import numpy as np
import torch
from torch import Tensor

from hcl_mmagic.models.official import convert_weights

# Where each network is in an official checkpoint, and in our model.
PARTS = {
    'encoder': ('inpaintnet.encoder', 'encoder.'),
    'bottleneck': ('inpaintnet.bottleneck', 'decoder.'),
    'decoder': ('inpaintnet.decoder', 'decoder.'),
    'discriminator': ('pdisc', 'discriminator.'),
}
PATH = Path(__file__).parents[1] / 'data' / 'parity_networks.npz'


def write_recorded(arrays: Dict[str, np.ndarray]) -> None:
    """Write float32, uint8 and bool arrays to the file."""
    floats = {
        name: values
        for name, values in arrays.items() if values.dtype == np.float32
    }
    flat = np.concatenate([values.ravel() for values in floats.values()])
    octets = flat.astype('<f4').view(np.uint8).reshape(-1, 4)
    np.savez_compressed(
        PATH,
        floats=np.ascontiguousarray(octets.T),
        layout=json.dumps({
            name: v.shape
            for name, v in floats.items()
        }),
        **{
            name: v
            for name, v in arrays.items() if name not in floats
        })


@lru_cache(maxsize=None)
def load_recorded() -> Dict[str, Tensor]:
    """All recorded arrays.

    Returns:
        dict[str, Tensor]: ``encoder/...``, ``bottleneck/...``, ``decoder/...``
        and ``discriminator/...`` are weights under their original names.
        ``x``, ``feat0`` to ``feat2``, ``bottleneck_out``, ``intact0`` to
        ``intact2`` (bool) and ``decoder_out`` belong to one image; ``gt``,
        ``refined``, ``disc_*``, ``gp.*`` and ``loss_*`` to a batch of three.
    """
    with np.load(PATH) as file:
        arrays = dict(file)
    flat = torch.from_numpy(
        np.frombuffer(arrays.pop('floats').T.tobytes(), '<f4').copy())
    shapes = json.loads(str(arrays.pop('layout')))
    recorded = {
        name: values.view(shape)
        for (name, shape), values in zip(
            shapes.items(), flat.split([prod(s) for s in shapes.values()]))
    }
    recorded['gt'] = torch.from_numpy(arrays.pop('gt')) / 127.5 - 1
    for name, values in arrays.items():
        recorded[name] = torch.from_numpy(values)
    return recorded


def state_of(recorded: Dict[str, Tensor], part: str) -> Dict[str, Tensor]:
    """Weights of one network under our names."""
    official, ours = PARTS[part]
    renamed = convert_weights({
        f'{official}.{name.removeprefix(part + "/")}':
        weight
        for name, weight in recorded.items() if name.startswith(f'{part}/')
    })
    return {
        name.removeprefix(ours): weight
        for name, weight in renamed.state_dict.items()
    }
