"""Pictures as networks take them, padded or without the damage, and what a
model makes of them."""

from dataclasses import dataclass
from typing import Callable, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from .functional import resize_mask


def check_sides(image: Tensor, divisor: int) -> None:
    """Refuse a picture ``(N, C, H, W)`` whose sides are no multiples of a
    number of pixels that the network needs, by a ValueError."""
    height, width = image.shape[-2:]
    if height % divisor or width % divisor:
        raise ValueError(f'image sides must be multiples of {divisor}, got '
                         f'{height} x {width}; pad the image')


@dataclass(frozen=True)
class Padding:
    """Rows and columns added below and to the right of a picture.

    Args:
        size (tuple[int, int]): Height and width of the picture.
        padded_size (tuple[int, int]): Height and width with the padding.
    """
    size: Tuple[int, int]
    padded_size: Tuple[int, int]

    @classmethod
    def to_multiple(cls,
                    image: Tensor,
                    divisor: int,
                    smallest: int = 1) -> 'Padding':
        """The least padding of ``(N, C, H, W)`` that makes both sides
        multiples of a number of pixels, and no smaller than another."""
        height, width = image.shape[-2:]
        rows, columns = (-(-max(length, smallest) // divisor) * divisor
                         for length in (height, width))
        return cls((height, width), (rows, columns))

    def pad(self, image: Tensor) -> Tensor:
        """Mirror the picture into the padding, as often as it takes."""
        if self.size == self.padded_size:
            return image
        rows, columns = (
            _mirrored_positions(length, padded, image.device)
            for length, padded in zip(self.size, self.padded_size))
        return image[:, :, rows][:, :, :, columns]

    def crop(self, image: Tensor) -> Tensor:
        """Take the padding off again."""
        return image[..., :self.size[0], :self.size[1]]

    def inside(self,
               features: Sequence[Tensor]) -> Optional[Tuple[Tensor, ...]]:
        """Which pixels of each feature map of the padded picture show some of
        the picture, ``(1, 1, H_s, W_s)``, bool; None if there is no padding.
        """
        if self.size == self.padded_size:
            return None
        maps = []
        for feature in features:
            inside = feature.new_zeros((1, 1, *feature.shape[-2:]),
                                       dtype=torch.bool)
            height, width = (
                -(-length * side // padded) for length, side, padded in zip(
                    self.size, feature.shape[-2:], self.padded_size))
            inside[..., :height, :width] = True
            maps.append(inside)
        return tuple(maps)


class EncodedPicture(NamedTuple):
    """Features of a batch of pictures of one size.

    Args:
        features (tuple[Tensor]): The encoder's, finest first,
            ``(N, C_s, H_s, W_s)``.
        padding (Padding): What was added to the pictures.
    """
    features: Tuple[Tensor, ...]
    padding: Padding


def hide(corrupted: Tensor, mask: Tensor) -> Tensor:
    """Replace the corrupted pixels (mask 1, ``(N, 1, H, W)``) of an image by
    0, the middle of the range."""
    return corrupted.masked_fill(mask > 0.5, 0.)


def stage_masks(mask: Tensor,
                features: Sequence[Tensor]) -> Tuple[Tensor, ...]:
    """A mask, 1 = corrupted, ``(N, 1, H, W)``, float, at the size of every
    map: ``(N, 1, H_s, W_s)``."""
    return tuple(resize_mask(mask, feature.shape[-2:]) for feature in features)


def _mirrored_positions(length: int, padded: int,
                        device: torch.device) -> Tensor:
    """Source position of each padded position; unlike ``F.pad`` this may
    mirror more than once, so a picture of one pixel works too."""
    period = max(2 * (length - 1), 1)
    position = torch.arange(padded, device=device) % period
    return torch.minimum(position, period - position) if length > 1 \
        else torch.zeros_like(position)


@dataclass(frozen=True)
class Restoration:
    """Masks and images of one pass, all of the picture's size.

    Args:
        mask (Tensor): The mask that was restored, 1 = corrupted, 0 = intact,
            ``(N, 1, H, W)``, float.
        mask_prob (tuple[Tensor]): Probability of 'corrupted' in [0, 1] of each
            stage of the detector, finest first, ``(N, 1, H, W)``; without a
            detector the mask alone, and nothing where no mask was asked for
            or found.
        coarse (Tensor, optional): The decoder's image in [-1, 1],
            ``(N, 3, H, W)``, float32; None where there is but one image.
        refined (Tensor, optional): The last network's image, likewise; None
            where nothing is repaired, or the decoder is the last one.
    """
    mask: Tensor
    mask_prob: Tuple[Tensor, ...]
    coarse: Optional[Tensor] = None
    refined: Optional[Tensor] = None

    @property
    def image(self) -> Optional[Tensor]:
        """The best image there is, ``(N, 3, H, W)`` in [-1, 1], if any."""
        return self.coarse if self.refined is None else self.refined

    def map(self, function: Callable[[Tensor], Tensor]) -> 'Restoration':
        """Apply a function, such as a crop, from ``(N, C, H, W)`` to ``(N, C,
        *, *)``, to masks and images."""

        def apply(image: Optional[Tensor]) -> Optional[Tensor]:
            return None if image is None else function(image)

        return Restoration(
            mask=function(self.mask),
            mask_prob=tuple(map(function, self.mask_prob)),
            coarse=apply(self.coarse),
            refined=apply(self.refined))
