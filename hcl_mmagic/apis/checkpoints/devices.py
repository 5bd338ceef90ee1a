"""The device and the precision that a user asks for."""

import torch
from mmengine.device import get_device

from hcl_mmagic.errors import ConfigError

DTYPES = {
    'float32': torch.float32,
    'bfloat16': torch.bfloat16,
    'float16': torch.float16
}


def choose_device(name: str) -> torch.device:
    """The device of a name: 'auto', which is a GPU where there is one, 'cpu',
    'cuda', 'cuda:N' or 'mps'. A ConfigError if the name is unknown or the
    device is not there."""
    if name == 'auto':
        return torch.device(get_device())
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f'unknown device {name!r}: expected auto, cpu, '
                          'cuda, cuda:N or mps') from error
    if device.type == 'cuda':
        number = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if (device.index or 0) >= number:
            raise ConfigError(
                f'there is no device {name}: torch finds {number} CUDA '
                'devices. Use auto or cpu')
    elif device.type == 'mps':
        if not torch.backends.mps.is_available():
            raise ConfigError('there is no device mps: torch finds none of '
                              "Apple's GPUs. Use auto or cpu")
    elif device.type != 'cpu':
        raise ConfigError(f'the device {name!r} is not supported: expected '
                          'auto, cpu, cuda, cuda:N or mps')
    return device


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """The precision of a name: 'float32', 'bfloat16' or, on a GPU only,
    'float16'. A ConfigError for another one."""
    if name not in DTYPES:
        raise ConfigError(
            f'unknown dtype {name!r}: expected one of {", ".join(DTYPES)}')
    if name == 'float16' and device.type == 'cpu':
        raise ConfigError('float16 needs a GPU: a CPU can do bfloat16')
    return DTYPES[name]
