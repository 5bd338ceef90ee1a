"""Names and polarity of official weights, rewritten to ours."""

import re
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

from hcl_mmagic.errors import CheckpointError

# (regular expression, what it becomes), applied one after the other.
Table = Sequence[Tuple[str, str]]

_SWIN: Table = (
    (r'\.attn\.relative_position_bias_table$',
     '.attention.position_bias_table'),
    (r'\.attn\.qkv\.', '.attention.qkv.'),
    (r'\.attn\.proj\.', '.attention.projection.'),
    (r'\.norm1\.', '.attention_norm.'),
    (r'\.norm2\.', '.mlp_norm.'),
    (r'\.mlp\.fc1\.', '.mlp.0.'),
    (r'\.mlp\.fc2\.', '.mlp.2.'),
)
# By the part that the names begin with. '<n>' stands for a number that goes
# down by one, as their upsampling is stored with the stage it leaves and ours
# with the one it enters.
_TABLES: Dict[str, Table] = {
    'inpaintnet.encoder': (
        (r'\.first_conv\.conv\.', '.stem.'),
        (r'\.conv_down_blocks\.(\d+)\.[01]\.', r'.conv_stages.\1.'),
        (r'\.down_blocks\.(\d+)\.1\.conv\.conv\.', r'.downsamples.\1.'),
        (r'\.down_blocks\.(\d+)\.0\.', r'.swin_layers.\1.'),
        (r'\.conv\.conv\.', '.conv.'),
        (r'^inpaintnet\.encoder\.', 'encoder.'),
    ) + tuple(_SWIN),
    'inpaintnet.project_heads': (
        (r'^inpaintnet\.project_heads\.proj_heads\.',
         'detector.projection_heads.'),
        (r'^inpaintnet\.project_heads\.fuse\.(\d+)\.0\.',
         r'detector.fusions.\1.'),
    ),
    'inpaintnet.bottleneck': (
        (r'\.conv\.conv\.', '.conv.'),
        (r'^inpaintnet\.bottleneck\.bottleneck\.', 'decoder.bottleneck.'),
    ) + tuple(_SWIN),
    'inpaintnet.decoder': (
        (r'\.conv_up_blocks\.(\d+)\.0\.1\.', r'.conv_stages.\1.conv.'),
        (r'\.up_blocks\.(\d+)\.1\.conv\.', r'.upsamples.<\1>.'),
        (r'\.up_blocks\.(\d+)\.0\.', r'.swin_layers.\1.'),
        (r'\.last_conv\.conv\.', '.to_image.'),
        (r'^inpaintnet\.decoder\.', 'decoder.'),
    ) + tuple(_SWIN),
    'refinenet': (
        (r'\.(conv|gate)\.conv\.', r'.\1.'),
        (r'\.refine_first\.', '.stem.'),
        (r'\.refine_encoder\.(\d+)\.0\.', r'.encoder_blocks.\1.'),
        (r'\.refine_encoder\.(\d+)\.1\.', r'.downsamples.\1.'),
        (r'\.refine_bottleneck\.', '.bottleneck.'),
        (r'\.refine_decoder\.(\d+)\.0\.', r'.decoder_blocks.\1.'),
        (r'\.refine_decoder\.(\d+)\.1\.1\.', r'.upsamples.<\1>.conv.'),
        (r'\.refine_last\.conv\.', '.to_image.'),
        (r'^refinenet\.', 'refiner.'),
    ),
    'classifier': ((r'^classifier\.cls\.', 'detector.split.naming.layers.'), ),
    'pdisc': ((r'^pdisc\.disc\.(\d+)\.conv\.', r'discriminator.convs.\1.'), ),
}
# Everything else of a training run, which no network needs.
_LEFTOVERS = re.compile(r'step|optimizer_\w+')
_LEFTOVER_BUFFERS = ('.attn_mask', '.relative_position_index')


class Renamed(NamedTuple):
    """Converted weights under our names, and the official name of each."""
    state_dict: Dict[str, Tensor]
    sources: Dict[str, str]


def flatten_checkpoint(checkpoint: Mapping[str, Any]) -> Dict[str, Tensor]:
    """Weights of an official checkpoint under dotted names, such as
    ``inpaintnet.encoder.first_conv...``, without optimizers and without
    buffers that are rebuilt.

    The official code saves ``inpaintnet`` (a dict of four state dicts),
    ``refinenet``, ``classifier``, ``pdisc``, optimizers and ``step``.

    Raises:
        CheckpointError: If an entry is none of these.
    """
    if not isinstance(checkpoint, Mapping):
        raise CheckpointError('an official HCL checkpoint is a dict with '
                              f'inpaintnet, got {type(checkpoint).__name__}')
    if 'inpaintnet' not in checkpoint:
        raise CheckpointError(
            'this is no official HCL checkpoint: it has no inpaintnet, but '
            f'{", ".join(map(str, list(checkpoint)[:5])) or "nothing"}')
    flat: Dict[str, Tensor] = {}
    unknown: List[str] = []
    for name, entry in checkpoint.items():
        if _LEFTOVERS.fullmatch(str(name)):
            continue
        _flatten(str(name), entry, flat, unknown)
    unknown += [name for name in flat if _part_of(name) is None]
    if unknown:
        raise CheckpointError(
            'the checkpoint has entries that no part of HCL uses: '
            f'{", ".join(unknown)}. Remove them if they are not needed')
    return flat


def _flatten(name: str, entry: Any, flat: Dict[str, Tensor],
             unknown: List[str]) -> None:
    if isinstance(entry, Tensor):
        if not name.endswith(_LEFTOVER_BUFFERS):
            flat[name] = entry
    elif isinstance(entry, Mapping):
        for key, value in entry.items():
            _flatten(f'{name}.{key}', value, flat, unknown)
    else:
        unknown.append(name)


def _part_of(name: str) -> Any:
    """The official part that a dotted name belongs to, if any."""
    return next((part for part in _TABLES if name.startswith(f'{part}.')),
                None)


def convert_weights(flat: Mapping[str, Tensor]) -> Renamed:
    """Rename official weights and turn their masks' polarity into ours; names
    that fit no rule stay.

    Official masks are 1 = intact and the classifier's logit is 'intact'; here
    1 = corrupted and the logit is 'corrupted', so its last layer changes sign.
    Decoder and refiner invert the mask themselves. The projection heads are
    1x1 convolutions there and linear layers here.
    """
    levels = {
        match[1]
        for match in (re.match(r'refinenet\.refine_decoder\.(\d+)\.', name)
                      for name in flat) if match
    }
    state_dict: Dict[str, Tensor] = {}
    sources: Dict[str, str] = {}
    for source, weight in flat.items():
        name = _rename(source, len(levels))
        if source.startswith('inpaintnet.project_heads.') and weight.dim() > 2:
            weight = weight.flatten(1)
        if source.startswith('classifier.cls.2.'):
            weight = -weight
        state_dict[name] = weight.detach().clone(
            memory_format=torch.contiguous_format)
        sources[name] = source
    return Renamed(state_dict, sources)


def _rename(name: str, num_levels: int) -> str:
    # The refiner's decoder is stored coarsest first.
    name = re.sub(r'(?<=^refinenet\.refine_decoder\.)\d+',
                  lambda match: str(num_levels - 1 - int(match[0])), name)
    for pattern, replacement in _TABLES[_part_of(name)]:
        name = re.sub(pattern, replacement, name)
    return re.sub(r'<(\d+)>', lambda match: str(int(match[1]) - 1), name)


def check_fit(renamed: Renamed, expected: Mapping[str, Tensor]) -> None:
    """Refuse converted weights that are not exactly those of a model's state
    dict.

    Raises:
        CheckpointError: If a weight is unused, missing or of another shape;
            all of them are named.
    """
    complaints = [
        f'{renamed.sources[name]} is used by no part'
        for name in renamed.state_dict if name not in expected
    ]
    for name, weight in expected.items():
        found = renamed.state_dict.get(name)
        if found is None:
            complaints.append(f'nothing in it gives {name}')
        elif found.shape != weight.shape:
            complaints.append(
                f'{renamed.sources[name]} has the shape {tuple(found.shape)} '
                f'instead of {tuple(weight.shape)}')
    if complaints:
        raise CheckpointError('the checkpoint does not fit the networks of '
                              f'HCL: {"; ".join(complaints)}')
