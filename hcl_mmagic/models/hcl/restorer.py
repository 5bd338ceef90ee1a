"""HCLRestorer: from a damaged photograph to its mask and its repair."""

from dataclasses import replace
from math import lcm
from typing import Any, Dict, List, Optional, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ...errors import ConfigError
from ...wrapping import unwrap
from ..adversarial_training import check_mask_source
from ..detection import DetectedMasks
from ..padding import EncodedPicture, Padding, hide, stage_masks
from ..predictions import check_finite, to_data_samples
from ..restoration import Restoration
from .repair import repair_image
from .training import forward_pass, image_losses, train_iteration

NO_DETECTOR = (
    'This model finds no damage, it repairs masks that it is given, and got '
    "none: add 'given_mask' to the data samples (hcl-restore: --mask), or "
    'take a model with a detector')
# What a part cannot do without.
NEEDS = (('refiner', 'decoder'), ('discriminator', 'refiner'),
         ('discriminator', 'loss_adversarial'),
         ('loss_adversarial', 'discriminator'), ('loss_coarse', 'decoder'),
         ('loss_refined', 'refiner'), ('loss_perceptual', 'refiner'))


@MODELS.register_module()
class HCLRestorer(BaseModel):
    """Blind image restoration by hierarchical contrastive learning.

    Paper: `Hierarchical Contrastive Learning for Pattern-Generalizable Image
    Corruption Detection, ICCV 2023 <https://arxiv.org/abs/2308.14061>`_.

    encoder -> detector -> decoder -> refiner. Training has two phases, as in
    the authors' code (the paper has none): the decoder and the refiner first
    get the true mask, then the detected one (``mask_source``, switched by
    ``PhaseSwitchHook``). Without a decoder the model is a detector.

    Without a detector it is an inpainting model. It restores the true mask in
    training and the samples' ``given_mask`` at test, and its encoder sees 0
    instead of the pixels under the mask. They would change the repair
    otherwise: the decoder's attention never looks at damaged pixels, but
    skips carry each pixel's own features past it.

    Args:
        encoder (dict): Config of the encoder.
        detector (dict, optional): Config of the detector head.
        decoder (dict, optional): Config of the decoder.
        refiner (dict, optional): Config of the refiner; needs a decoder. The
            coarse image reaches it without a gradient.
        discriminator (dict, optional): Config of the discriminator of the
            refined image; needs ``loss_adversarial``.
        loss_coarse (dict, optional): Config of the pixel loss of the coarse
            image.
        loss_refined (dict, optional): Config of the pixel loss of the refined
            image.
        loss_perceptual (dict, optional): Config of the perceptual loss of
            both images.
        loss_adversarial (dict, optional): Config of the adversarial loss.
        mask_source (str, optional): Mask for decoder and refiner in training:
            'true' or 'predicted'. By default 'predicted', or 'true' without a
            detector.
        composite (bool): At test, take the pixels outside the mask from the
            input; otherwise return the network's image as it is.
        residual (bool): Let decoder and refiner tell what to add to a smooth
            filling of the mask, see :func:`~.repair.repair_image`. In the
            authors' code they make the whole image, which takes long to
            learn.
        flip_test (bool): At test, detect in the picture and in its mirror
            image, and take the mean of both maps. Encoder and detector run
            twice for it; ``docs/hcl_small.md`` has the gain.
        reverse_mask (bool): At test, restore from the corrupted pixels the
            picture that *they* belong to (HCL section 4.3.1, 'bidirectional
            blind image inpainting').
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.

    Attributes:
        trained_task (str): What the training is about at present, see
            :mod:`.training`.

    Raises:
        ValueError: If a part or a loss lacks what it needs.
    """

    trained_task = 'both'

    def __init__(self,
                 *,
                 encoder: dict,
                 detector: Optional[dict] = None,
                 decoder: Optional[dict] = None,
                 refiner: Optional[dict] = None,
                 discriminator: Optional[dict] = None,
                 loss_coarse: Optional[dict] = None,
                 loss_refined: Optional[dict] = None,
                 loss_perceptual: Optional[dict] = None,
                 loss_adversarial: Optional[dict] = None,
                 mask_source: Optional[str] = None,
                 composite: bool = True,
                 residual: bool = False,
                 flip_test: bool = False,
                 reverse_mask: bool = False,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.encoder = MODELS.build(encoder)
        self.detector = detector and MODELS.build(detector)
        self.decoder = decoder and MODELS.build(decoder)
        self.refiner = refiner and MODELS.build(refiner)
        self.discriminator = discriminator and MODELS.build(discriminator)
        self.loss_coarse = loss_coarse and MODELS.build(loss_coarse)
        self.loss_refined = loss_refined and MODELS.build(loss_refined)
        self.loss_perceptual = loss_perceptual and MODELS.build(
            loss_perceptual)
        self.loss_adversarial = loss_adversarial and MODELS.build(
            loss_adversarial)
        self.mask_source = mask_source or ('predicted' if detector else 'true')
        self.composite = composite
        self.residual = residual
        self.flip_test = flip_test
        self.reverse_mask = reverse_mask
        self._check_parts()

    def _check_parts(self) -> None:
        """Complain about parts that cannot work together."""
        if self.detector is None and self.decoder is None:
            raise ValueError('HCLRestorer: needs a detector, a decoder, or '
                             'both, and got neither')
        for part, needed in NEEDS:
            if getattr(self, part) is not None and getattr(self,
                                                           needed) is None:
                raise ValueError(
                    f'HCLRestorer: {part} needs {needed}, which is missing')
        check_mask_source(self.mask_source, self)
        if self.reverse_mask and self.detector is None:
            raise ValueError('HCLRestorer: reverse_mask needs a detector; '
                             'without one, give the reversed mask')

    @property
    def size_divisor(self) -> int:
        """int: Sides that every network can take are multiples of this."""
        return lcm(*(unwrap(part).size_divisor
                     for part in (self.encoder, self.decoder, self.refiner)
                     if part is not None))

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): The batch's stacked samples.
                ``loss`` reads ``gt_img`` and ``mask`` (1 = corrupted); the
                others read neither, but restore ``given_mask`` if the samples
                carry one.
            mode (str): 'tensor', 'loss' or 'predict'.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The restored image
            (the mask's probability for a mere detector), the losses of the
            generator side, or one sample per image, see :meth:`predict`.

        Raises:
            ValueError: If the mode is unknown.
            HCLError: See :meth:`restore` and :meth:`predict`.
        """
        if mode == 'tensor':
            restoration = self.restore(inputs, _given_mask(data_samples))
            return (restoration.mask_prob[0]
                    if restoration.image is None else restoration.image)
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        raise ValueError("HCLRestorer: mode must be 'tensor', 'loss' or "
                         f"'predict', got {mode!r}")

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
        found = mask_prob = None
        if self.detector is not None:
            found = self.detect(encoded)
            mask_prob = found.at_size(encoded.padding.padded_size)
        if given_mask is None:
            mask, masks = (mask_prob[0] > 0.5).float(), found.mask
        else:
            mask = encoded.padding.pad(given_mask)
            masks = stage_masks(mask, encoded.features)
        if self.reverse_mask:
            mask, *masks = (1 - item for item in (mask, *masks))
        coarse, refined = repair_image(self.decoder, self.refiner,
                                       encoded.padded, encoded.features, masks,
                                       mask, self.residual)
        restoration = Restoration(mask, mask_prob or (mask, ), coarse, refined,
                                  found)
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

    def detect(self, encoded: EncodedPicture) -> DetectedMasks:
        """Find the damage; padding takes no part.

        Args:
            encoded (EncodedPicture): From :meth:`encode`.

        Returns:
            DetectedMasks: Maps of the padded pictures. With ``flip_test`` the
            probabilities are the mean of what was found in the pictures and
            in their mirror images; the rest is the pictures' own.
        """
        inside = encoded.inside
        found, _ = self.detector(encoded.features, inside=inside)
        if not self.flip_test:
            return found
        mirrored, _ = self.detector(
            self.encoder(encoded.padded.flip(-1)),
            inside=inside and [stage.flip(-1) for stage in inside])
        return replace(
            found,
            mask_prob=tuple((one + other.flip(-1)) / 2 for one, other in zip(
                found.mask_prob, mirrored.mask_prob)))

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
        coarse, refined = repair_image(self.decoder, self.refiner,
                                       encoded.padded, encoded.features,
                                       encoded.stage_masks(mask),
                                       encoded.padding.pad(mask),
                                       self.residual)
        return encoded.padding.crop(coarse if refined is None else refined)

    def predict(self, corrupted: Tensor, data_samples: Any) -> List[Any]:
        """Detect and restore; the truth is never looked at.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples. A ``given_mask``
                (1 = corrupted, ``(N, 1, H, W)``) replaces the detected mask.

        Returns:
            list[DataSample]: The samples, each with ``input`` and ``output``,
            see :func:`~hcl_mmagic.models.predictions.to_data_samples`.

        Raises:
            HCLError: If a picture has pixels that are not numbers, or there
                is neither a mask nor a detector.
        """
        check_finite(corrupted, data_samples)
        restoration = self.restore(corrupted, _given_mask(data_samples))
        image = restoration.image
        if image is not None and self.composite:
            image = torch.where(restoration.mask > 0.5, image, corrupted)
        return to_data_samples(restoration.mask_prob, image, corrupted,
                               data_samples, self.data_preprocessor)

    def loss(self, corrupted: Tensor, data_samples: Any) -> Dict[str, Tensor]:
        """Losses of the generator side.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``;
                sides are multiples of ``size_divisor``.
            data_samples (DataSample): Stacked samples with ``gt_img`` in
                [-1, 1] and ``mask`` (1 = corrupted).

        Returns:
            dict[str, Tensor]: Every loss, weighted.
        """
        images, losses = forward_pass(self, corrupted, data_samples.mask)
        losses.update(image_losses(self, images, data_samples.gt_img))
        return losses

    def train_step(self, data: dict,
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration, see :func:`~.training.train_iteration`.

        Args:
            data (dict): A batch from the data loader.
            optim_wrapper (OptimWrapperDict): Wrappers ``generator``, which
                every model has, ``refiner`` and ``discriminator``, as far as
                the model has these parts.

        Returns:
            dict[str, Tensor]: Losses to log.
        """
        data = self.data_preprocessor(data, training=True)
        samples = data['data_samples']
        return train_iteration(self, data['inputs'], samples.mask,
                               samples.gt_img, optim_wrapper)


def _given_mask(data_samples: Optional[Any]) -> Optional[Tensor]:
    """The mask that the samples ask to restore, if they do."""
    return None if data_samples is None else data_samples.get('given_mask')
