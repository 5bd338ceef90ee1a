"""Weight initialisation shared by the networks."""

from torch import nn


def init_convs(module: nn.Module) -> None:
    """Draw the weights of all convolutions in a module from N(0, 0.02), zero
    their bias."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.normal_(part.weight, std=0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
