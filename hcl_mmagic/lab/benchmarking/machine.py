"""What machine this is, and how fast it multiplies and copies."""
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict

import torch

from ...process_resources import available_cores
from .benchmark_settings import MIXED_DTYPES, Settings

# Sides of square matrices: large enough for the full rate, small enough for
# an old CPU.
MATRIX_SIDE = dict(cpu=2048, cuda=8192)
# More than any cache holds.
COPIED_BYTES = dict(cpu=2**28, cuda=2**30)
TRIES = 10


@dataclass(frozen=True)
class Rates:
    """What the machine can do: floating-point operations per second of a large
    matrix product in the number format (a multiply-add is two), and bytes per
    second of a large copy, read and written."""
    flop_per_second: float
    bytes_per_second: float


def measure_rates(settings: Settings) -> Rates:
    """Measure the best of a few tries, on the device, in the number format and
    with the threads of the benchmark."""
    device = settings.torch_device
    side, num_bytes = MATRIX_SIDE[device.type], COPIED_BYTES[device.type]
    dtype = MIXED_DTYPES.get(settings.dtype, torch.float32)
    matrix = torch.randn(side, side, device=device).to(dtype)
    product = torch.empty_like(matrix)
    source = torch.ones(num_bytes, dtype=torch.uint8, device=device)
    target = torch.zeros_like(source)
    return Rates(
        flop_per_second=2 * side**3 /
        _least_seconds(lambda: torch.mm(matrix, matrix, out=product), device),
        bytes_per_second=2 * num_bytes /
        _least_seconds(lambda: target.copy_(source), device))


def _least_seconds(run: Callable[[], object], device: torch.device) -> float:
    least = float('inf')
    for _ in range(TRIES):
        synchronize(device)
        start = time.perf_counter()
        run()
        synchronize(device)
        least = min(least, time.perf_counter() - start)
    return least


def synchronize(device: torch.device) -> None:
    """Wait for all that a GPU has been told to do."""
    if device.type == 'cuda':
        torch.cuda.synchronize(device)


def describe_machine(device: torch.device) -> Dict[str, Any]:
    """Say where the numbers come from. ``gpu`` is None on a CPU, and whether
    the CPU computes in bfloat16 natively None if torch cannot tell."""
    return dict(
        processor=_processor_name(),
        cores=available_cores(),
        threads=torch.get_num_threads(),
        gpu=torch.cuda.get_device_name(device)
        if device.type == 'cuda' else None,
        torch=torch.__version__,
        # Newer versions of torch can be asked about the CPU.
        native_bf16=getattr(torch.cpu, '_is_avx512_bf16_supported',
                            lambda: None)())


def _processor_name() -> str:
    path = Path('/proc/cpuinfo')
    if path.is_file():
        for line in path.read_text().splitlines():
            name, _, value = line.partition(':')
            if name.strip() == 'model name':
                return value.strip()
    return platform.processor()
