"""What one pass of HCLRestorer's networks yields."""

from dataclasses import dataclass
from typing import Callable, Optional, Tuple

from torch import Tensor

from .functional import MaskHierarchy


@dataclass(frozen=True)
class Restoration:
    """Masks and images of one pass, all of the picture's size.

    Args:
        hierarchy (MaskHierarchy, optional): The detector's maps at their own
            sizes, if there is one.
        mask_prob (tuple[Tensor]): Accumulated probability of 'corrupted' in
            [0, 1] of each stage, finest first, ``(N, 1, H, W)``; without a
            detector the mask alone.
        mask (Tensor): The mask that was restored, 1 = corrupted, 0 = intact,
            ``(N, 1, H, W)``, float.
        coarse (Tensor, optional): The decoder's image in [-1, 1],
            ``(N, 3, H, W)``, float32.
        refined (Tensor, optional): The refiner's, likewise.
    """
    hierarchy: Optional[MaskHierarchy]
    mask_prob: Tuple[Tensor, ...]
    mask: Tensor
    coarse: Optional[Tensor]
    refined: Optional[Tensor]

    @property
    def image(self) -> Optional[Tensor]:
        """The best image there is, ``(N, 3, H, W)`` in [-1, 1], if any."""
        return self.coarse if self.refined is None else self.refined

    def map(self, function: Callable[[Tensor], Tensor]) -> 'Restoration':
        """Apply a function, such as a crop, to masks and images.

        Args:
            function (Callable): From ``(N, C, H, W)`` to ``(N, C, *, *)``.

        Returns:
            Restoration: The results, with the same hierarchy.
        """

        def apply(image: Optional[Tensor]) -> Optional[Tensor]:
            return None if image is None else function(image)

        return Restoration(
            hierarchy=self.hierarchy,
            mask_prob=tuple(function(prob) for prob in self.mask_prob),
            mask=function(self.mask),
            coarse=apply(self.coarse),
            refined=apply(self.refined))
