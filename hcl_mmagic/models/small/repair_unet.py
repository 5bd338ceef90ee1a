"""A lean network that repairs what is under a mask."""

from typing import Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..functional import fill_smoothly
from ..layers import GatedConv2d
from ..pictures import check_sides

DILATIONS = (1, 2, 4, 8)
DETAIL_SIDES = (7, 25)  # pixels of the squares that details differ from


@MODELS.register_module()
class RepairUNet(nn.Module):
    """U-Net at half the picture's size that improves a smooth filling.

    It sees the picture with its damage, the mask, and a smooth filling of it
    (:func:`~.functional.fill_smoothly`), and tells of every pixel what to add
    to the filling and how much of the damaged picture shows through. With the
    filling F, the correction R, the visibilities w and the details D of the
    damaged picture the result is ``F + R + w_1 D_1 + w_2 D_2``. Details are
    what differs from the mean over the masked pixels around, D_1 within 7 x 7,
    D_2 of that mean within 25 x 25. A mark of one colour and an opacity a
    drops out of them and leaves ``1 - a`` of the picture's own, so ``w = 1 /
    (1 - a)`` brings these back; ``w = 0`` paints over them.

    Args:
        channels (Sequence[int]): Channels of each level, finest first; the
            finest is at half the picture's size.
        num_context_blocks (int): Residual blocks of dilated convolutions at
            the coarsest level.
        largest_visibility (float): w ends here: under marks of an opacity
            over ``1 - 1 / largest_visibility`` the details do not come back
            entirely, as that would blow the noise up by more.

    Attributes:
        size_divisor (int): Picture sides must be multiples of this.
    """

    def __init__(self,
                 *,
                 channels: Sequence[int] = (32, 64, 128),
                 num_context_blocks: int = 5,
                 largest_visibility: float = 4.0) -> None:
        super().__init__()
        self.size_divisor = 2**len(channels)
        self.largest_visibility = largest_visibility
        finer, coarser = channels[:-1], channels[1:]
        # Three pictures' channels in each 2x2 pixels: damaged, filled, mask.
        self.entry = GatedConv2d(4 * 7, channels[0], 3)
        self.encoders = nn.ModuleList(_Residual(width) for width in finer)
        self.downs = nn.ModuleList(
            nn.Conv2d(fine, coarse, 3, stride=2, padding=1)
            for fine, coarse in zip(finer, coarser))
        self.context = nn.Sequential(*(_MultiDilation(channels[-1])
                                       for _ in range(num_context_blocks)))
        self.ups = nn.ModuleList(
            nn.Conv2d(coarse, fine, 1) for fine, coarse in zip(finer, coarser))
        self.decoders = nn.ModuleList(_Residual(width) for width in finer)
        # A correction in RGB and the visibilities, in each 2x2 pixels. It
        # begins with the filling, and with few details.
        self.exit = nn.Conv2d(channels[0], 4 * 5, 3, padding=1)
        bias = torch.zeros(4 * 5)
        bias[-8:] = -2.5
        nn.init.zeros_(self.exit.weight)
        self.exit.bias = nn.Parameter(bias)

    def forward(self, corrupted: Tensor,
                mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Repair pictures under a mask.

        Args:
            corrupted (Tensor): Damaged images, RGB in [-1, 1],
                ``(N, 3, H, W)``; H and W multiples of ``size_divisor``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float;
                values between are taken as a soft edge.

        Returns:
            tuple[Tensor, Tensor]: The repaired image in [-1, 1],
            ``(N, 3, H, W)``, not composited; and the details of it that the
            damaged picture has shown, likewise. Both float32.

        Raises:
            ValueError: If the sides do not fit.
        """
        check_sides(corrupted, self.size_divisor)
        filled = fill_smoothly(corrupted, (mask > 0).float())
        return self.improve(corrupted, filled, mask)

    def improve(self, corrupted: Tensor, filled: Tensor,
                mask: Tensor) -> Tuple[Tensor, Tensor]:
        """See :meth:`forward`; ``filled`` is the picture with the smooth
        filling, in [-1, 1], ``(N, 3, H, W)``."""
        seen = torch.cat((corrupted, filled, 2 * mask - 1), dim=1)
        features = self.entry(
            F.pixel_unshuffle(seen,
                              2).contiguous(memory_format=torch.channels_last))
        skips = []
        for encode, down in zip(self.encoders, self.downs):
            features = encode(features)
            skips.append(features)
            features = down(features)
        features = self.context(features)
        for index in reversed(range(len(skips))):
            coarser = F.interpolate(
                self.ups[index](features), scale_factor=2, mode='nearest')
            features = self.decoders[index](skips[index] + coarser)
        told = F.pixel_shuffle(self.exit(features).float(), 2)
        correction, visibility = told[:, :3], told[:, 3:]
        visibility = self.largest_visibility * visibility.sigmoid()
        fine, coarse = find_details(corrupted, mask)
        details = visibility[:, :1] * fine + visibility[:, 1:] * coarse
        return (filled + correction + details).clamp(-1, 1), details


def find_details(image: Tensor, mask: Tensor) -> Tuple[Tensor, ...]:
    """Fine and coarser details of images ``(N, 3, H, W)`` under a mask, 1 =
    corrupted, ``(N, 1, H, W)``, finest first, likewise, float32; far from the
    mask they are 0. See :class:`RepairUNet`."""
    details = []
    values = image.float()
    for side in DETAIL_SIDES:
        weight = _box_mean(mask.float(), side)
        mean = _box_mean(values * mask, side) / weight.clamp(min=1e-4)
        details.append((values - mean) * (weight > 1e-4))
        values = mean
    return tuple(details)


def _box_mean(image: Tensor, side: int) -> Tensor:
    """Mean over squares around the pixels; beyond the border is 0."""
    rows = F.avg_pool2d(image, (side, 1), 1, (side // 2, 0))
    return F.avg_pool2d(rows, (1, side), 1, (0, side // 2))


class _Residual(nn.Module):
    """A gated and a plain convolution beside a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gated = GatedConv2d(channels, channels, 3)
        self.plain = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        return features + self.plain(self.gated(features))


class _MultiDilation(nn.Module):
    """Convolutions of several dilations side by side, merged beside a
    shortcut: what is missing is looked for near and far at once."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        width = channels // len(DILATIONS)
        self.branches = nn.ModuleList(
            nn.Conv2d(channels, width, 3, padding=step, dilation=step)
            for step in DILATIONS)
        self.merge = GatedConv2d(channels, channels, 3)

    def forward(self, features: Tensor) -> Tensor:
        looked = torch.cat([branch(features) for branch in self.branches], 1)
        return features + self.merge(F.gelu(looked))
