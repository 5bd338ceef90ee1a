"""What a model makes of a batch of damaged pictures."""

from dataclasses import dataclass, replace
from typing import Callable, Optional, Tuple

from torch import Tensor

from .detection import DetectedMasks


@dataclass(frozen=True)
class Restoration:
    """Masks and images of one pass, all of the picture's size.

    Args:
        mask (Tensor): The mask that was restored, 1 = corrupted, 0 = intact,
            ``(N, 1, H, W)``, float.
        mask_prob (tuple[Tensor]): Probability of 'corrupted' in [0, 1] of each
            stage of the detector, finest first, ``(N, 1, H, W)``; without a
            detector the mask alone.
        coarse (Tensor, optional): The decoder's image in [-1, 1],
            ``(N, 3, H, W)``, float32; None where there is but one image.
        refined (Tensor, optional): The last network's image, likewise; None
            where nothing is repaired, or the decoder is the last one.
        found (DetectedMasks, optional): The detector's maps at their own
            sizes, with padding, if the model has them.
    """
    mask: Tensor
    mask_prob: Tuple[Tensor, ...]
    coarse: Optional[Tensor] = None
    refined: Optional[Tensor] = None
    found: Optional[DetectedMasks] = None

    @property
    def image(self) -> Optional[Tensor]:
        """The best image there is, ``(N, 3, H, W)`` in [-1, 1], if any."""
        return self.coarse if self.refined is None else self.refined

    def map(self, function: Callable[[Tensor], Tensor]) -> 'Restoration':
        """Apply a function, such as a crop, from ``(N, C, H, W)`` to ``(N, C,
        *, *)``, to masks and images, but not to ``found``."""

        def apply(image: Optional[Tensor]) -> Optional[Tensor]:
            return None if image is None else function(image)

        return replace(
            self,
            mask=function(self.mask),
            mask_prob=tuple(map(function, self.mask_prob)),
            coarse=apply(self.coarse),
            refined=apply(self.refined))
