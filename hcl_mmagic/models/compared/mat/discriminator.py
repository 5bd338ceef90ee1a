"""MAT's discriminator: of the refined and of the first stage's picture."""

from math import log2
from typing import List, Sequence, Tuple

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from .equalized import EqualizedConv, EqualizedLinear

GROUP_SIZE = 4  # pictures that are compared with each other
FINAL_SIDE = 4


class ResidualDown(nn.Module):
    """Two convolutions around a skip that halve the sides.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.convs = nn.Sequential(
            EqualizedConv(in_channels, in_channels),
            EqualizedConv(in_channels, out_channels, scale=-1))
        self.skip = EqualizedConv(
            in_channels, out_channels, 1, scale=-1, activate=False)

    def forward(self, features: Tensor) -> Tensor:
        """From ``(N, C_in, H, W)`` to ``(N, C_out, H / 2, W / 2)``."""
        return (self.convs(features) + self.skip(features)) * 0.5**0.5


class PictureCritic(nn.Module):
    """Scores pictures with their masks, as StyleGAN2's discriminator.

    Args:
        widths (Sequence[int]): Channels of the levels, finest first; the
            coarsest has a side of 4 pixels.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        last = widths[-1]
        self.levels = nn.Sequential(
            EqualizedConv(4, widths[0], 1),
            *(ResidualDown(before, width)
              for before, width in zip(widths, widths[1:])))
        self.conv = EqualizedConv(last + 1, last)
        self.score = nn.Sequential(
            nn.Flatten(),
            EqualizedLinear(last * FINAL_SIDE**2, last, activate=True),
            EqualizedLinear(last, 1))

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Scores ``(N, 1)`` of pictures ``(N, 3, H, W)`` in [-1, 1] under
        masks ``(N, 1, H, W)``, 1 = corrupted, float."""
        features = self.levels(torch.cat((0.5 - mask, image), dim=1))
        return self.score(
            self.conv(torch.cat((features, group_deviation(features)), dim=1)))


@MODELS.register_module()
class MATDiscriminator(nn.Module):
    """A critic for each of MAT's two pictures; that of the first stage is half
    as wide (36.2 M weights in all at 512 px).

    Args:
        size (int): Side of the pictures, a power of two.
        base_channels (int): Channels at full size; they double down to
            ``max_channels``.
        max_channels (int): Most channels of a level.

    Raises:
        ValueError: If the size is no power of two above 4.
    """

    def __init__(self,
                 *,
                 size: int = 512,
                 base_channels: int = 64,
                 max_channels: int = 512) -> None:
        super().__init__()
        num_levels = int(log2(size / FINAL_SIDE)) + 1
        if num_levels < 2 or FINAL_SIDE * 2**(num_levels - 1) != size:
            raise ValueError('MATDiscriminator: size must be a power of two '
                             f'above {FINAL_SIDE}, got {size}')
        widths: List[int] = [
            min(base_channels * 2**level, max_channels)
            for level in range(num_levels)
        ]
        self.refined = PictureCritic(widths)
        self.filled = PictureCritic([width // 2 for width in widths])

    def forward(self, refined: Tensor, filled: Tensor,
                mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Scores ``(N, 1)`` of both pictures, ``(N, 3, size, size)`` in
        [-1, 1], under masks ``(N, 1, size, size)``, 1 = corrupted, float."""
        return self.refined(refined, mask), self.filled(filled, mask)


def group_deviation(features: Tensor) -> Tensor:
    """How much pictures of a group differ, averaged over everything else:
    ``(N, 1, H, W)`` of features ``(N, C, H, W)``. A batch that no whole groups
    make up is one group."""
    count = len(features)
    size = GROUP_SIZE if count % GROUP_SIZE == 0 else count
    groups = features.unflatten(0, (size, -1))
    deviation = (groups.var(dim=0, correction=0) + 1e-8).sqrt()
    means = deviation.mean(dim=(1, 2, 3)).repeat(size)
    return means.view(-1, 1, 1, 1).expand(-1, -1, *features.shape[2:])
