"""Steps that models with a generator and a discriminator share."""

from contextlib import ExitStack, contextmanager
from typing import Dict, Iterable, Iterator, Optional

from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from torch import Tensor, nn

from ..errors import ConfigError

MASK_SOURCES = ('true', 'predicted')


def check_mask_source(source: str, model: nn.Module) -> None:
    """Complain about a mask to guide the restoration in training.

    Raises:
        ValueError: If it is neither 'true' (phase 1) nor 'predicted' (phase
            2).
        ConfigError: If it is 'predicted' and the model has no detector.
    """
    name = type(model).__name__
    if source not in MASK_SOURCES:
        raise ValueError(f'{name}: mask_source must be one of {MASK_SOURCES}, '
                         f'got {source!r}')
    if source == 'predicted' and getattr(model, 'detector', model) is None:
        raise ConfigError(
            f"{name}: mask_source='predicted' needs a detector, which is "
            "missing: take 'true', and no PhaseSwitchHook")


def generator_context(wrapper: OptimWrapper,
                      parts: Iterable[Optional[nn.Module]]) -> ExitStack:
    """Mixed precision and gradient accumulation for several networks; None
    among them is skipped."""
    contexts = ExitStack()
    for part in parts:
        if part is not None:
            contexts.enter_context(wrapper.optim_context(part))
    return contexts


@contextmanager
def without_gradients_of(network: Optional[nn.Module]) -> Iterator[None]:
    """Let a gradient pass through a network, if there is one, without reaching
    its weights."""
    if network is None:
        yield
        return
    network.requires_grad_(False)
    try:
        yield
    finally:
        network.requires_grad_(True)


def discriminator_step(model: BaseModel, real: Tensor, fake: Tensor,
                       wrapper: OptimWrapper) -> Dict[str, Tensor]:
    """Train a model's discriminator on real and restored images, ``(N, 3, H,
    W)`` in [-1, 1], which get no gradient: losses to log."""
    with wrapper.optim_context(model.discriminator):
        losses = model.loss_adversarial.discriminator(model.discriminator,
                                                      real, fake.detach())
    total, log = model.parse_losses(losses)
    wrapper.update_params(total)
    # The generator has a total of its own under the name 'loss'.
    log.pop('loss')
    return log
