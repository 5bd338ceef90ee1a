"""HCLRestorer: from a damaged photograph to its mask and its repair."""

from math import lcm
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel, is_model_wrapper
from torch import Tensor, nn

from ..errors import ConfigError
from .functional import MaskHierarchy, resize_mask
from .padding import EncodedPicture, Padding, stage_masks
from .predictions import check_finite, to_data_samples
from .regions import repair_regions
from .restoration import Restoration
from .training_steps import TrainingSteps

MASK_SOURCES = ('true', 'predicted')


@MODELS.register_module()
class HCLRestorer(TrainingSteps, BaseModel):
    """Blind image restoration by hierarchical contrastive learning.

    Paper: `Hierarchical Contrastive Learning for Pattern-Generalizable Image
    Corruption Detection, ICCV 2023 <https://arxiv.org/abs/2308.14061>`_.

    encoder -> detector -> decoder -> refiner. Training has two phases: the
    decoder and the refiner first get the true mask, then the detected one
    (``mask_source``, switched by ``PhaseSwitchHook``). Without a decoder the
    model is a detector.

    Args:
        encoder (dict): Config of the encoder.
        detector (dict): Config of the detector head.
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
        mask_source (str): Mask for decoder and refiner in training: 'true' or
            'predicted'.
        composite (bool): At test, take the pixels outside the mask from the
            input; otherwise return the network's image as it is.
        reverse_mask (bool): At test, restore from the corrupted pixels the
            picture that *they* belong to (the paper's bidirectional
            inpainting).
        repair_context (int, optional): At test, run decoder and refiner only
            on rectangles around the damage, with at least this many pixels
            of the picture on each side. Faster the less is damaged, but the
            networks see less: ``docs/benchmarks.md`` has the price. None runs
            them on the whole picture.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.

    Raises:
        ValueError: If a part or a loss lacks what it needs.
    """

    def __init__(self,
                 *,
                 encoder: dict,
                 detector: dict,
                 decoder: Optional[dict] = None,
                 refiner: Optional[dict] = None,
                 discriminator: Optional[dict] = None,
                 loss_coarse: Optional[dict] = None,
                 loss_refined: Optional[dict] = None,
                 loss_perceptual: Optional[dict] = None,
                 loss_adversarial: Optional[dict] = None,
                 mask_source: str = 'predicted',
                 composite: bool = True,
                 reverse_mask: bool = False,
                 repair_context: Optional[int] = None,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.encoder = MODELS.build(encoder)
        self.detector = MODELS.build(detector)
        self.decoder = decoder and MODELS.build(decoder)
        self.refiner = refiner and MODELS.build(refiner)
        self.discriminator = discriminator and MODELS.build(discriminator)
        self.loss_coarse = loss_coarse and MODELS.build(loss_coarse)
        self.loss_refined = loss_refined and MODELS.build(loss_refined)
        self.loss_perceptual = loss_perceptual and MODELS.build(
            loss_perceptual)
        self.loss_adversarial = loss_adversarial and MODELS.build(
            loss_adversarial)
        self._check_parts()
        self.mask_source = mask_source
        self.composite = composite
        self.reverse_mask = reverse_mask
        if repair_context is not None and not (composite and self.decoder):
            raise ValueError('HCLRestorer: repair_context needs a decoder and '
                             'composite=True, as nothing is made of the rest '
                             'of the picture')
        self.repair_context = repair_context

    def _check_parts(self) -> None:
        """Complain about parts that cannot work together."""
        needs = (('refiner', 'decoder'), ('discriminator', 'refiner'),
                 ('discriminator', 'loss_adversarial'), ('loss_adversarial',
                                                         'discriminator'),
                 ('loss_coarse', 'decoder'), ('loss_refined', 'refiner'),
                 ('loss_perceptual', 'refiner'))
        for part, needed in needs:
            if getattr(self, part) is not None and getattr(self,
                                                           needed) is None:
                raise ValueError(
                    f'HCLRestorer: {part} needs {needed}, which is missing')

    @property
    def mask_source(self) -> str:
        """Mask for decoder and refiner in training: 'true' (phase 1) or
        'predicted' (phase 2)."""
        return self._mask_source

    @mask_source.setter
    def mask_source(self, source: str) -> None:
        if source not in MASK_SOURCES:
            raise ValueError('HCLRestorer: mask_source must be one of '
                             f'{MASK_SOURCES}, got {source!r}')
        self._mask_source = source

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): The batch's stacked samples.
                ``loss`` reads ``gt_img`` and ``mask`` (1 = corrupted);
                ``predict`` reads neither, but restores ``given_mask`` if the
                samples carry one.
            mode (str): 'tensor', 'loss' or 'predict'.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The restored image
            (the mask's probability for a mere detector), the losses of the
            generator side, or one sample per image, see :meth:`predict`.

        Raises:
            ValueError: If the mode is unknown.
        """
        if mode == 'tensor':
            restoration = self.restore(inputs)
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
        """
        encoded = self.encode(corrupted)
        hierarchy = self.detect(encoded)
        if given_mask is None:
            masks = hierarchy.mask
        else:
            masks = encoded.stage_masks(given_mask)
        if self.reverse_mask:
            masks = tuple(1 - mask for mask in masks)
        images = self._repair_encoded(encoded, masks)
        return _to_restoration(hierarchy, masks, encoded.padding.padded_size,
                               *images).map(encoded.padding.crop)

    def encode(self, corrupted: Tensor) -> EncodedPicture:
        """Features of pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.

        Returns:
            EncodedPicture: Features of the padded pictures.
        """
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        padded = padding.pad(corrupted)
        return EncodedPicture(padded, self.encoder(padded), padding)

    def detect(self, encoded: EncodedPicture) -> MaskHierarchy:
        """Find the damage; padding takes no part.

        Args:
            encoded (EncodedPicture): From :meth:`encode`.

        Returns:
            MaskHierarchy: Maps of the padded pictures.
        """
        return self.detector(encoded.features, inside=encoded.inside)[0]

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
        encoded = self.encode(corrupted)
        coarse, refined = self._repair_encoded(encoded,
                                               encoded.stage_masks(mask))
        return encoded.padding.crop(coarse if refined is None else refined)

    def _repair_encoded(
            self, encoded: EncodedPicture, masks: Sequence[Tensor]
    ) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Coarse and refined image of the whole picture, or of the damaged
        regions alone."""
        if self.repair_context is None:
            return self._repair(encoded.features, masks,
                                encoded.padding.padded_size)
        return repair_regions(self._repair, encoded.features, masks,
                              encoded.padded, self.size_divisor,
                              self.repair_context)

    def _train_forward(self, corrupted: Tensor,
                       mask: Tensor) -> Tuple[Restoration, Dict[str, Tensor]]:
        """One pass with the true mask, for the detector's losses and, in
        phase 1, for decoder and refiner."""
        divisor = self.size_divisor
        height, width = corrupted.shape[-2:]
        if height % divisor or width % divisor:
            raise ValueError(
                'HCLRestorer trains on crops whose sides are multiples of '
                f'{divisor} pixels, got {height}x{width}: change the crop '
                'size of train_dataloader.dataset.pipeline')
        features = self.encoder(corrupted)
        hierarchy, losses = self.detector(features, mask)
        if self.mask_source == 'predicted':
            masks = hierarchy.mask
        else:
            masks = stage_masks(mask, features)
        images = self._repair(features, masks, (height, width))
        return _to_restoration(hierarchy, masks, (height, width),
                               *images), losses

    def _repair(
            self, features: Sequence[Tensor], masks: Sequence[Tensor],
            size: Tuple[int,
                        int]) -> Tuple[Optional[Tensor], Optional[Tensor]]:
        """Coarse and refined image, as far as there are networks for them."""
        coarse = refined = None
        if self.decoder is not None:
            coarse = self.decoder(features, masks)
        if self.refiner is not None:
            # The refiner's losses must not reach the decoder (reference).
            refined = self.refiner(coarse.detach(),
                                   resize_mask(masks[0], size)).float()
        return None if coarse is None else coarse.float(), refined

    @property
    def size_divisor(self) -> int:
        """int: Sides that every network can take are multiples of this."""
        return lcm(*(_unwrap(part).size_divisor
                     for part in (self.encoder, self.decoder, self.refiner)
                     if part is not None))

    def loss(self, corrupted: Tensor, data_samples: Any) -> Dict[str, Tensor]:
        """Losses of the generator side.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples with ``gt_img`` in
                [-1, 1] and ``mask`` (1 = corrupted).

        Returns:
            dict[str, Tensor]: Every loss, weighted.
        """
        restoration, losses = self._train_forward(corrupted, data_samples.mask)
        losses.update(self._image_losses(restoration, data_samples.gt_img))
        return losses

    def _image_losses(self, restoration: Restoration,
                      gt_img: Tensor) -> Dict[str, Tensor]:
        """Losses of the coarse and of the refined image."""
        losses: Dict[str, Tensor] = {}
        coarse, refined = restoration.coarse, restoration.refined
        if self.loss_coarse is not None:
            losses['loss_coarse'] = self.loss_coarse(coarse, gt_img)
        if self.loss_refined is not None:
            losses['loss_refined'] = self.loss_refined(refined, gt_img)
        if self.loss_perceptual is not None:
            losses.update(self.loss_perceptual(coarse, refined, gt_img))
        if self.loss_adversarial is not None:
            losses.update(
                self.loss_adversarial.generator(self.discriminator, refined))
        return losses

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
            HCLError: If a picture has pixels that are not numbers.
        """
        check_finite(corrupted, data_samples)
        restoration = self.restore(corrupted, data_samples.get('given_mask'))
        image = restoration.image
        if image is not None and self.composite:
            image = torch.where(restoration.mask > 0.5, image, corrupted)
        return to_data_samples(restoration.mask_prob, image, corrupted,
                               data_samples, self.data_preprocessor)


def _to_restoration(hierarchy: MaskHierarchy, masks: Sequence[Tensor],
                    size: Tuple[int, int], coarse: Optional[Tensor],
                    refined: Optional[Tensor]) -> Restoration:
    """Masks and images of one pass at the picture's size."""
    return Restoration(
        hierarchy=hierarchy,
        mask_prob=tuple(
            resize_mask(prob, size) for prob in hierarchy.mask_prob),
        mask=resize_mask(masks[0], size),
        coarse=coarse,
        refined=refined)


def _unwrap(part: nn.Module) -> nn.Module:
    """The module itself, if it was wrapped for distributed training."""
    return part.module if is_model_wrapper(part) else part
