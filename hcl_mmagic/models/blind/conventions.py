"""What each inpainting model expects of its input."""

from dataclasses import dataclass, fields, replace
from typing import Any, Mapping, Optional, Tuple

from torch import nn

from ...errors import ConfigError

CHANNEL_ORDERS = ('rgb', 'bgr')


@dataclass(frozen=True)
class InputConvention:
    """How an inpainting model wants its pictures and its optimizers.

    Extra channels, the polarity of its mask and the normalisation of pixels
    are no part of it: the model and its data preprocessor see to them.

    Args:
        channel_order (str): Of the pictures that the network sees: 'rgb' or
            'bgr', as its own MMagic config loads them.
        fill_value (float, optional): What its pipeline puts into damaged
            pixels, in [0, 255]. None leaves the damage as it is.
        optimizers (tuple[str]): Optimizer wrappers of its ``train_step``, as
            far as the model has the networks of these names; it always has a
            'generator'.
        single_optimizer (bool): ``train_step`` takes the wrapper 'generator'
            itself, not several by their names.
        size_divisor (int): The network takes sides that are multiples of
            this, in pixels.
        smallest_size (int): And sides of at least this, in pixels.
        local_window (bool): A discriminator looks at a window of
            ``train_cfg.local_size``, so ``train_step`` needs a ``mask_bbox``.

    Raises:
        ConfigError: If a value cannot be.
    """
    channel_order: str
    fill_value: Optional[float]
    optimizers: Tuple[str, ...] = ('generator', 'disc')
    single_optimizer: bool = False
    size_divisor: int = 1
    smallest_size: int = 1
    local_window: bool = False

    def __post_init__(self) -> None:
        if self.channel_order not in CHANNEL_ORDERS:
            raise ConfigError('input_convention: channel_order must be one of '
                              f'{CHANNEL_ORDERS}, got {self.channel_order!r}')
        if self.fill_value is not None and not 0 <= self.fill_value <= 255:
            raise ConfigError('input_convention: fill_value must be a number '
                              'in [0, 255], or None to leave the damage as it '
                              f'is, got {self.fill_value}')
        if min(self.size_divisor, self.smallest_size) < 1:
            raise ConfigError('input_convention: size_divisor and '
                              'smallest_size must be at least 1, got '
                              f'{self.size_divisor} and {self.smallest_size}')


# By the model's class. Channel order and fill value are those of the configs
# that come with MMagic. The sizes are those of the networks in these configs,
# found by running them on squares of 1 to 136 and of 256 px: one with other
# depths or dilations needs an override.
CONVENTIONS = {
    'AOTInpaintor':
    InputConvention('rgb', 127.5, size_divisor=4, smallest_size=36),
    'PConvInpaintor':
    InputConvention(
        'bgr',
        127.5,
        optimizers=('generator', ),
        single_optimizer=True,
        size_divisor=128),
    'DeepFillv1Inpaintor':
    InputConvention(
        'bgr', 127.5, size_divisor=8, smallest_size=72, local_window=True),
    # DeepFillv2
    'TwoStageInpaintor':
    InputConvention('bgr', 127.5, size_divisor=8, smallest_size=72),
    'GLInpaintor':
    InputConvention('bgr', 127.5, size_divisor=4, local_window=True),
    'HCLRestorer':
    InputConvention(
        'rgb', None, optimizers=('generator', 'refiner', 'discriminator')),
    'MATInpaintor':
    InputConvention('rgb', None, optimizers=('generator', 'discriminator')),
    'MaskRepairer':
    InputConvention(
        'rgb', None, optimizers=('generator', ), single_optimizer=True),
    'StableDiffusionRepairer':
    InputConvention('rgb', None, optimizers=()),
}


def find_convention(
        model: nn.Module,
        override: Optional[Mapping[str, Any]] = None) -> InputConvention:
    """The convention of a model, by its class or one that it derives from.

    Args:
        model (nn.Module): An inpainting model.
        override (Mapping, optional): Fields of :class:`InputConvention` that
            differ, or that make it up where the class is not known.

    Raises:
        ConfigError: If the class is unknown and ``override`` does not make
            up for it, or has fields that there are not.
    """
    override = dict(override or {})
    names = [field.name for field in fields(InputConvention)]
    unknown = [name for name in override if name not in names]
    if unknown:
        raise ConfigError(f'input_convention has no {unknown[0]!r}: take any '
                          f'of {", ".join(names)}')
    for base in type(model).__mro__:
        if base.__name__ in CONVENTIONS:
            return replace(CONVENTIONS[base.__name__], **override)
    if 'channel_order' not in override or 'fill_value' not in override:
        raise ConfigError(
            f'BlindInpaintor does not know what {type(model).__name__} '
            'expects of its input: say so in the config, for example by '
            "input_convention=dict(channel_order='rgb', fill_value=127.5), or "
            f'take one of {", ".join(CONVENTIONS)}')
    return InputConvention(**override)
