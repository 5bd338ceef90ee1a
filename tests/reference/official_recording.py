"""A small checkpoint of the authors' code and what that code made with it.

``tests/data/official_small.npz`` was recorded with xyfJASON/HCL (a9dbf88):
64 px pictures, dim 4, n_conv_stages 1, encoder_depths 3, 2, 1, decoder_depths
1, 2, 2, window_size 4, bottleneck_window_size 8, proj_dim 6, refiner of dim 3
and dim_mults 1, 2, discriminator of width 2; random weights. ``checkpoint/``
holds the weights under their original names, ``arrays/`` inputs and outputs.
Masks there are 1 = intact.
"""
from pathlib import Path
from typing import Any, Dict

import numpy as np
import torch

PATH = Path(__file__).parents[1] / 'data' / 'official_small.npz'


def load_checkpoint() -> Dict[str, Any]:
    """The checkpoint in the layout of the authors' code, with what else a
    training run leaves in it."""
    checkpoint: Dict[str, Any] = {}
    with np.load(PATH) as file:
        for name in file.files:
            kind, *path = name.split('/')
            if kind == 'checkpoint':
                level = checkpoint
                for part in path[:-1]:
                    level = level.setdefault(part, {})
                level[path[-1]] = torch.from_numpy(file[name])
    encoder = checkpoint['inpaintnet']['encoder']
    encoder['down_blocks.0.0.blocks.1.attn_mask'] = torch.zeros(64, 16, 16)
    encoder['down_blocks.0.0.blocks.0.attn.relative_position_index'] = (
        torch.zeros(16, 16, dtype=torch.long))
    checkpoint['optimizer_pdisc'] = dict(state={}, param_groups=[dict(lr=1.)])
    checkpoint['step'] = 7
    return checkpoint


def load_arrays() -> Dict[str, np.ndarray]:
    """Recorded inputs and outputs."""
    with np.load(PATH) as file:
        return {
            name.removeprefix('arrays/'): file[name]
            for name in file.files if name.startswith('arrays/')
        }
