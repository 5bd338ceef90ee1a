"""Sizes of official networks, read from their weights."""

import re
from dataclasses import dataclass
from math import isqrt
from typing import List, Mapping, Optional, Tuple

from torch import Tensor

from hcl_mmagic.errors import CheckpointError

_ENCODER = 'inpaintnet.encoder.'
_DECODER = 'inpaintnet.decoder.'
_BOTTLENECK = 'inpaintnet.bottleneck.bottleneck.'
_HEADS = 'inpaintnet.project_heads.'
_TABLE = 'blocks.0.attn.relative_position_bias_table'


@dataclass(frozen=True)
class OfficialSizes:
    """What the tensors of an official checkpoint tell about its networks.

    Args:
        base_channels (int): Width of the first convolution.
        channel_mults (tuple[int]): Width of each stage in multiples of it,
            finest first.
        encoder_depths (tuple[int]): Swin blocks of each stage.
        num_conv_stages (int): Strided convolutions before the finest stage.
        window_size (int): Side of the attention windows.
        projection_channels (int): Width of the unit vectors.
        fuse_stages (bool): Whether the stages see the next coarser one.
        has_classifier (bool): Whether there is a classifier.
        decoder_depths (tuple[int], optional): Swin blocks of each stage of
            the decoder, None without one.
        bottleneck_depth (int): Swin blocks of the bottleneck.
        bottleneck_window_size (int): Side of its windows.
        refiner_channels (int, optional): Base width of the refiner, None
            without one.
        refiner_mults (tuple[int]): Width of its levels in multiples of it.
        discriminator_channels (int, optional): Base width of the
            discriminator, None without one.
    """
    base_channels: int
    channel_mults: Tuple[int, ...]
    encoder_depths: Tuple[int, ...]
    num_conv_stages: int
    window_size: int
    projection_channels: int
    fuse_stages: bool
    has_classifier: bool
    decoder_depths: Optional[Tuple[int, ...]] = None
    bottleneck_depth: int = 0
    bottleneck_window_size: int = 0
    refiner_channels: Optional[int] = None
    refiner_mults: Tuple[int, ...] = ()
    discriminator_channels: Optional[int] = None


def read_sizes(flat: Mapping[str, Tensor]) -> OfficialSizes:
    """Read all sizes from the tensors of
    :func:`~hcl_mmagic.models.official.flatten_checkpoint`.

    Raises:
        CheckpointError: If a tensor that tells a size is missing, or the
            stages differ in what is one number here.
    """
    base_channels = _shape(flat, f'{_ENCODER}first_conv.conv.weight')[0]
    stages = range(_count(flat, rf'{_ENCODER}down_blocks\.(\d+)\.0\.'))
    tables = [f'{_ENCODER}down_blocks.{s}.0.{_TABLE}' for s in stages]
    widths = [
        _shape(flat, f'{_ENCODER}down_blocks.{s}.0.conv.conv.weight')[0]
        for s in stages
    ]
    has_decoder = any(name.startswith(_DECODER) for name in flat)
    if has_decoder:
        tables += [f'{_DECODER}up_blocks.{s}.0.{_TABLE}' for s in stages]
    windows = {_window(flat, table) for table in tables}
    if len(windows) != 1:
        raise CheckpointError(
            'the stages of the checkpoint have windows of different sizes, '
            f'{sorted(windows)}: it was trained on pictures smaller than a '
            'window of the coarsest stage, which is not supported')
    return OfficialSizes(
        base_channels=base_channels,
        channel_mults=tuple(width // base_channels for width in widths),
        encoder_depths=_depths(flat, f'{_ENCODER}down_blocks', stages),
        num_conv_stages=_count(flat, rf'{_ENCODER}conv_down_blocks\.(\d+)\.'),
        window_size=windows.pop(),
        projection_channels=_shape(flat, f'{_HEADS}proj_heads.0.2.weight')[0],
        fuse_stages=any(name.startswith(f'{_HEADS}fuse.') for name in flat),
        has_classifier=any(name.startswith('classifier.') for name in flat),
        **(_decoder_sizes(flat, stages) if has_decoder else {}),
        **_refiner_sizes(flat),
        **_discriminator_sizes(flat))


def _decoder_sizes(flat: Mapping[str, Tensor], stages: range) -> dict:
    return dict(
        decoder_depths=_depths(flat, f'{_DECODER}up_blocks', stages),
        bottleneck_depth=_count(flat, rf'{_BOTTLENECK}blocks\.(\d+)\.'),
        bottleneck_window_size=_window(flat, f'{_BOTTLENECK}{_TABLE}'))


def _refiner_sizes(flat: Mapping[str, Tensor]) -> dict:
    levels = _count(flat, r'refinenet\.refine_encoder\.(\d+)\.0\.')
    if not levels:
        return {}
    base = _shape(flat, 'refinenet.refine_first.conv.conv.weight')[0]
    widths = [
        _shape(flat,
               f'refinenet.refine_encoder.{level}.0.conv1.conv.conv.weight')[0]
        for level in range(levels)
    ]
    return dict(
        refiner_channels=base,
        refiner_mults=tuple(width // base for width in widths))


def _discriminator_sizes(flat: Mapping[str, Tensor]) -> dict:
    if not any(name.startswith('pdisc.') for name in flat):
        return {}
    return dict(
        discriminator_channels=_shape(flat, 'pdisc.disc.0.conv.bias')[0])


def _depths(flat: Mapping[str, Tensor], blocks: str,
            stages: range) -> Tuple[int, ...]:
    return tuple(
        _count(flat, rf'{blocks}\.{s}\.0\.blocks\.(\d+)\.') for s in stages)


def _count(flat: Mapping[str, Tensor], pattern: str) -> int:
    """How many numbered modules there are."""
    matches: List[Optional[re.Match]] = [
        re.match(pattern, name) for name in flat
    ]
    return 1 + max((int(match[1]) for match in matches if match), default=-1)


def _shape(flat: Mapping[str, Tensor], name: str) -> Tuple[int, ...]:
    if name not in flat:
        raise CheckpointError(
            f'this is no official HCL checkpoint of the Swin network: {name} '
            'is missing')
    return tuple(flat[name].shape)


def _window(flat: Mapping[str, Tensor], table: str) -> int:
    """Side w of the windows, whose table has (2 w - 1) ** 2 rows."""
    return (isqrt(_shape(flat, table)[0]) + 1) // 2
