"""Weights of the public implementation of HCL, renamed to our modules.

Each entry of a table rewrites a regular expression. Buffers of the public
implementation (indices and region masks) are dropped.
"""

import re
from typing import Dict, Sequence, Tuple

from torch import Tensor

Table = Sequence[Tuple[str, str]]

SWIN = (
    (r'\.attn\.relative_position_bias_table$',
     '.attention.position_bias_table'),
    (r'\.attn\.qkv\.', '.attention.qkv.'),
    (r'\.attn\.proj\.', '.attention.projection.'),
    (r'\.norm1\.', '.attention_norm.'),
    (r'\.norm2\.', '.mlp_norm.'),
    (r'\.mlp\.fc1\.', '.mlp.0.'),
    (r'\.mlp\.fc2\.', '.mlp.2.'),
)
ENCODER = (
    (r'^first_conv\.conv\.', 'stem.'),
    (r'^conv_down_blocks\.(\d+)\.0\.', r'conv_stages.\1.'),
    (r'^down_blocks\.(\d+)\.1\.conv\.conv\.', r'downsamples.\1.'),
    (r'^down_blocks\.(\d+)\.0\.', r'swin_layers.\1.'),
    (r'\.conv\.conv\.', '.conv.'),
) + SWIN
BOTTLENECK = ((r'\.conv\.conv\.', '.conv.'), ) + SWIN
DECODER = (
    (r'^up_blocks\.1\.1\.conv\.', 'upsamples.0.'),
    (r'^up_blocks\.2\.1\.conv\.', 'upsamples.1.'),
    (r'^up_blocks\.(\d+)\.0\.', r'swin_layers.\1.'),
    (r'^conv_up_blocks\.(\d+)\.0\.1\.', r'conv_stages.\1.conv.'),
    (r'^last_conv\.conv\.', 'to_image.'),
) + SWIN
REFINER = (
    (r'\.(conv|gate)\.conv\.', r'.\1.'),
    (r'^refine_first\.', 'stem.'),
    (r'^refine_encoder\.(\d+)\.0\.', r'encoder_blocks.\1.'),
    (r'^refine_encoder\.(\d+)\.1\.', r'downsamples.\1.'),
    (r'^refine_bottleneck\.', 'bottleneck.'),
    (r'^refine_last\.conv\.', 'to_image.'),
)
DISCRIMINATOR = ((r'^disc\.(\d+)\.conv\.', r'convs.\1.'), )


def rename(state: Dict[str, Tensor], table: Table) -> Dict[str, Tensor]:
    """Rename the weights of one network."""
    renamed = {}
    for name, weight in state.items():
        if name.endswith(('.attn_mask', '.relative_position_index')):
            continue
        for pattern, replacement in table:
            name = re.sub(pattern, replacement, name)
        renamed[name] = weight
    return renamed


def rename_refiner(state: Dict[str, Tensor],
                   num_levels: int) -> Dict[str, Tensor]:
    """Rename the refiner, whose decoder is stored coarsest first."""

    def finest_first(match: re.Match) -> str:
        level = num_levels - 1 - int(match[1])
        if match[2] == '0.':
            return f'decoder_blocks.{level}.'
        return f'upsamples.{level - 1}.conv.'

    return {
        re.sub(r'^refine_decoder\.(\d+)\.(0\.|1\.1\.)', finest_first, name):
        weight
        for name, weight in rename(state, REFINER).items()
    }
