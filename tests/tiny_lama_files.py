"""Files of the interface of big-lama.pt that fill the mask with one grey."""
import struct
from pathlib import Path
from typing import Sequence, Union

import torch
from torch import Tensor, nn

GREY = 0.25


class TinyLama(nn.Module):
    """Takes sides that are multiples of 8 only, as LaMa does."""

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        assert image.shape[2] % 8 == 0 and image.shape[3] % 8 == 0
        return image * (1 - mask) + 0.25 * mask


def write_torch_script(path: Path, model: nn.Module = TinyLama()) -> str:
    """Write a TorchScript file."""
    torch.jit.script(model).save(str(path))
    return str(path)


def write_onnx(path: Path,
               size: Sequence[Union[int, str]] = ('height', 'width'),
               largest: float = 1.) -> str:
    """Write the same as ONNX, message by message (onnx.proto), for any size or
    a fixed one, with values up to ``largest``."""
    nodes = [
        _node('Sub', ('one', 'mask'), 'keep'),
        _node('Mul', ('image', 'keep'), 'kept'),
        _node('Mul', ('mask', 'grey'), 'filling'),
        _node('Add', ('kept', 'filling'), 'both'),
        _node('Mul', ('both', 'largest'), 'output'),
    ]
    numbers = dict(one=1., grey=GREY, largest=largest)
    graph = b''.join([
        *(_field(1, node) for node in nodes),
        _field(2, b'tiny'),
        *(_field(5, _number(name, value)) for name, value in numbers.items()),
        _field(11, _value('image', (1, 3, *size))),
        _field(11, _value('mask', (1, 1, *size))),
        _field(12, _value('output', (1, 3, *size))),
    ])
    opset = _field(1, b'') + _field(2, 13)
    path.write_bytes(_field(1, 8) + _field(8, opset) + _field(7, graph))
    return str(path)


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    return b''.join([
        *(_field(1, name.encode()) for name in inputs),
        _field(2, output.encode()),
        _field(4, kind.encode())
    ])


def _number(name: str, value: float) -> bytes:
    return b''.join([
        *(_field(1, 1) for _ in range(4)),
        _field(2, 1),
        _field(8, name.encode()),
        _field(9, struct.pack('<f', value))
    ])


def _value(name: str, shape: Sequence[Union[int, str]]) -> bytes:
    sides = b''.join(
        _field(
            1,
            _field(1, side) if isinstance(side, int
                                          ) else _field(2, side.encode()))
        for side in shape)
    tensor = _field(1, _field(1, 1) + _field(2, sides))
    return _field(1, name.encode()) + _field(2, tensor)


def _field(number: int, content: Union[int, bytes]) -> bytes:
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    digits = []
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])
