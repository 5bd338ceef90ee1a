"""Restoring pictures of any size with the networks of HCLRestorer."""

from dataclasses import replace
from math import lcm
from typing import Optional, Sequence, Tuple

import torch
from torch import Tensor

from ..errors import ConfigError
from ..wrapping import unwrap
from .functional import MaskHierarchy, fill_smoothly
from .padding import EncodedPicture, Padding, hide, stage_masks
from .regions import repair_regions
from .restoration import Restoration

NO_DETECTOR = (
    'This model finds no damage, it repairs masks that it is given, and got '
    "none: add 'given_mask' to the data samples (hcl-restore: --mask), or "
    'take a model with a detector')


class RestoringSteps:
    """What a model with encoder, detector, decoder and refiner does with
    pictures of any size: encode, detect, repair, or all of that.

    A base of :class:`~.hcl_restorer.HCLRestorer`, which has the networks.
    """

    def restore(self,
                corrupted: Tensor,
                given_mask: Optional[Tensor] = None) -> Restoration:
        """Find and repair the damage of pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            given_mask (Tensor, optional): Mask to restore instead of the
                detected one, 1 = corrupted, 0 = intact, ``(N, 1, H, W)``,
                float.

        Returns:
            Restoration: Masks and images of the input's size.

        Raises:
            ConfigError: If there is neither a mask nor a detector.
        """
        encoded = self.encode(corrupted, given_mask)
        hierarchy = mask_prob = None
        if self.detector is not None:
            hierarchy = self.detect(encoded)
            mask_prob = hierarchy.at_size(encoded.padding.padded_size,
                                          self.smooth_mask)
        if given_mask is None:
            mask, masks = (mask_prob[0] > 0.5).float(), hierarchy.mask
        else:
            mask = encoded.padding.pad(given_mask)
            masks = stage_masks(mask, encoded.features)
        if self.reverse_mask:
            mask, *masks = (1 - item for item in (mask, *masks))
        images = self._repair_encoded(encoded, masks, mask)
        restoration = Restoration(hierarchy, mask_prob or (mask, ), mask,
                                  *images)
        return restoration.map(encoded.padding.crop)

    def encode(self,
               corrupted: Tensor,
               mask: Optional[Tensor] = None) -> EncodedPicture:
        """Features of pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            mask (Tensor, optional): The mask to restore, if it is known:
                1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float. A model
                with a detector does not need it.

        Returns:
            EncodedPicture: Features of the padded pictures.

        Raises:
            ConfigError: If there is neither a mask nor a detector.
        """
        if self.detector is None:
            if mask is None:
                raise ConfigError(NO_DETECTOR)
            corrupted = hide(corrupted, mask)
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        padded = padding.pad(corrupted)
        return EncodedPicture(padded, self.encoder(padded), padding)

    def detect(self, encoded: EncodedPicture) -> MaskHierarchy:
        """Find the damage; padding takes no part.

        Args:
            encoded (EncodedPicture): From :meth:`encode`.

        Returns:
            MaskHierarchy: Maps of the padded pictures. With ``flip_test`` its
            ``mask_prob`` is the mean of what was found in the pictures and in
            their mirror images; the rest is the pictures' own.
        """
        inside = encoded.inside
        hierarchy, _ = self.detector(encoded.features, inside=inside)
        if not self.flip_test:
            return hierarchy
        mirrored, _ = self.detector(
            self.encoder(encoded.padded.flip(-1)),
            inside=inside and [stage.flip(-1) for stage in inside])
        return replace(
            hierarchy,
            mask_prob=tuple((one + other.flip(-1)) / 2 for one, other in zip(
                hierarchy.mask_prob, mirrored.mask_prob)))

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a given mask in pictures of any size, detecting nothing.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            Tensor: The networks' image in [-1, 1], ``(N, 3, H, W)``, float32,
            not composited.

        Raises:
            ConfigError: If the model is a mere detector.
        """
        if self.decoder is None:
            raise ConfigError('This model only detects damage: to repair it, '
                              'take one with a decoder')
        encoded = self.encode(corrupted, mask)
        coarse, refined = self._repair_encoded(encoded,
                                               encoded.stage_masks(mask),
                                               encoded.padding.pad(mask))
        return encoded.padding.crop(coarse if refined is None else refined)

    def _repair_encoded(
            self, encoded: EncodedPicture, masks: Sequence[Tensor],
            mask: Tensor) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Coarse and refined image of the whole picture, or of the damaged
        regions alone."""
        if self.repair_context is None:
            return self._repair(encoded.padded, encoded.features, masks, mask)
        return repair_regions(self._repair, encoded.padded, encoded.features,
                              masks, mask, self.size_divisor,
                              self.repair_context)

    def _repair(self, corrupted: Tensor, features: Sequence[Tensor],
                masks: Sequence[Tensor],
                mask: Tensor) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Coarse and refined image, as far as there are networks for them,
        by the masks of the stages and that of the picture."""
        if self.decoder is None:
            return None, None
        coarse = self.decoder(features, masks).float()
        if self.residual:
            coarse = (fill_smoothly(corrupted, mask) + coarse).clamp(-1, 1)
        if self.refiner is None:
            return coarse, None
        # The refiner's losses must not reach the decoder (authors' code).
        seen = coarse.detach()
        if not self.residual:
            return coarse, self.refiner(seen, mask).float()
        seen = torch.where(mask > 0.5, seen, corrupted)
        return coarse, (seen + self.refiner(seen, mask).float()).clamp(-1, 1)

    @property
    def size_divisor(self) -> int:
        """int: Sides that every network can take are multiples of this."""
        return lcm(*(unwrap(part).size_divisor
                     for part in (self.encoder, self.decoder, self.refiner)
                     if part is not None))
