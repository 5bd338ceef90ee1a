"""Counting floating-point operations and memory traffic, part by part."""
from collections import defaultdict
from dataclasses import dataclass
from math import prod
from typing import Any, Callable, Dict, Iterable, List, Sequence, Tuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
from torch.utils.flop_counter import (FlopCounterMode,
                                      sdpa_backward_flop_count,
                                      sdpa_flop_count)

from .machine import Rates
from .seams import PartListener, Seam, listening

aten = torch.ops.aten


@dataclass
class Count:
    """What one part does in one repeat.

    Args:
        flop (int): Of matrix products, convolutions and attention; a
            multiply-add is two.
        num_bytes (int): Least memory traffic: what every operation reads and
            writes, if nothing stays in a cache from one to the next.
        roofline_seconds (float): Least time at the machine's rates: every
            operation takes as long as the longer of the two.
    """
    flop: int = 0
    num_bytes: int = 0
    roofline_seconds: float = 0.


def _attention_flop(query: Sequence[int], key: Sequence[int],
                    value: Sequence[int], *args: Any, **kwargs: Any) -> int:
    return sdpa_flop_count(query, key, value)


def _attention_backward_flop(grad: Sequence[int], query: Sequence[int],
                             key: Sequence[int], value: Sequence[int], *args:
                             Any, **kwargs: Any) -> int:
    return sdpa_backward_flop_count(grad, query, key, value)


# torch knows the attention kernels of a GPU, but not those of a CPU.
CPU_ATTENTION = {
    aten._scaled_dot_product_flash_attention_for_cpu:
    _attention_flop,
    aten._scaled_dot_product_flash_attention_for_cpu_backward:
    _attention_backward_flop,
}
# They allocate, or give a tensor another shape, without touching its memory.
UNTOUCHING = {
    aten.empty, aten.empty_like, aten.empty_strided, aten.new_empty,
    aten.new_empty_strided, aten._unsafe_view, aten._reshape_alias
}


def count_operations(run: Callable[[], object], seams: Sequence[Seam],
                     rates: Rates) -> Dict[str, Count]:
    """Count what every part of a run does, ``REST`` included. The run must not
    be compiled: inside compiled code nothing can be seen."""
    counter = _OperationCounter(rates)
    with listening(seams, counter), counter:
        run()
    return dict(counter.counts)


class _OperationCounter(PartListener, TorchDispatchMode):
    """Sees every operation, those of a backward pass included.

    It uses the formulas of torch's FlopCounterMode, but not the mode itself:
    that tracks modules by hooks that a gradient penalty cannot bear.
    """

    def __init__(self, rates: Rates) -> None:
        super().__init__()
        self.rates = rates
        self.formulas = FlopCounterMode(
            display=False, custom_mapping=CPU_ATTENTION).flop_registry
        self.counts: Dict[str, Count] = defaultdict(Count)

    def __torch_dispatch__(self, function: Any, types: Tuple, args: Tuple = (),
                           kwargs: Any = None) -> Any:  # yapf: disable
        kwargs = kwargs or {}
        result = function(*args, **kwargs)
        formula = self.formulas.get(function.overloadpacket)
        flop = formula(*args, **kwargs, out_val=result) if formula else 0
        num_bytes = traffic(function, args, kwargs, result)
        count = self.counts[self.part]
        count.flop += flop
        count.num_bytes += num_bytes
        count.roofline_seconds += max(flop / self.rates.flop_per_second,
                                      num_bytes / self.rates.bytes_per_second)
        return result


def traffic(function: Any, args: Tuple, kwargs: Dict, result: Any) -> int:
    """Bytes that one operation has to read and write: 0 for a view, else the
    size of its inputs and outputs, where what is changed in place counts as
    both."""
    schema = function._schema
    if function.overloadpacket in UNTOUCHING or any(
            returned.alias_info is not None
            and not returned.alias_info.is_write
            for returned in schema.returns):
        return 0
    values = [
        *zip(schema.arguments, args),
        *((argument, kwargs[argument.name])
          for argument in schema.arguments if argument.name in kwargs)
    ]
    changed = [
        value for argument, value in values
        if argument.alias_info is not None and argument.alias_info.is_write
    ]
    return (_size([value for _, value in values]) + _size([changed, result]))


def _size(values: List[Any]) -> int:
    tensors: Iterable[Tensor] = {
        id(value): value
        for value in tree_flatten(values)[0] if isinstance(value, Tensor)
    }.values()
    return sum(_num_bytes(tensor) for tensor in tensors)


def _num_bytes(tensor: Tensor) -> int:
    """Bytes of a tensor, where an expanded axis is stored but once."""
    axes = zip(tensor.shape, tensor.stride())
    return tensor.element_size() * prod(
        length for length, stride in axes if stride or not length)
