"""HCLRestorer: from a damaged photograph to its mask and its repair."""

from contextlib import ExitStack
from math import lcm
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel, is_model_wrapper
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn

from .functional import MaskHierarchy, resize_mask
from .padding import Padding
from .predictions import check_finite, to_data_samples
from .regions import repair_regions
from .restoration import Restoration

MASK_SOURCES = ('true', 'predicted')
# The refiner gets a detached image, so these reach nothing but the refiner.
REFINER_LOSSES = ('loss_refined', 'loss_perceptual_refined',
                  'loss_adversarial')


@MODELS.register_module()
class HCLRestorer(BaseModel):
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
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        padded = padding.pad(corrupted)
        features = self.encoder(padded)
        hierarchy, _ = self.detector(features, inside=padding.inside(features))
        if given_mask is None:
            masks = hierarchy.mask
        else:
            masks = _stage_masks(padding.pad(given_mask), features)
        if self.reverse_mask:
            masks = tuple(1 - mask for mask in masks)
        if self.repair_context is None:
            images = self._repair(features, masks, padded.shape[-2:])
        else:
            images = repair_regions(self._repair, features, masks, padded,
                                    self.size_divisor, self.repair_context)
        return _to_restoration(hierarchy, masks, padded.shape[-2:],
                               *images).map(padding.crop)

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
            masks = _stage_masks(mask, features)
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
        return to_data_samples(restoration, image, corrupted, data_samples,
                               self.data_preprocessor)

    def train_step(self, data: dict,
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration: one generator forward, the discriminator's step,
        then the generator's.

        Args:
            data (dict): A batch from the data loader.
            optim_wrapper (OptimWrapperDict): Wrappers ``generator`` (encoder,
                detector, decoder), ``refiner`` and ``discriminator``, as far
                as the model has these parts.

        Returns:
            dict[str, Tensor]: Losses to log.
        """
        data = self.data_preprocessor(data, training=True)
        corrupted, samples = data['inputs'], data['data_samples']
        generator_wrapper = optim_wrapper['generator']
        with self._generator_context(generator_wrapper):
            restoration, losses = self._train_forward(corrupted, samples.mask)
        log: Dict[str, Tensor] = {}
        if self.discriminator is not None:
            log.update(
                self._discriminator_step(samples.gt_img, restoration.refined,
                                         optim_wrapper['discriminator']))
            self.discriminator.requires_grad_(False)
        with self._generator_context(generator_wrapper):
            losses.update(self._image_losses(restoration, samples.gt_img))
        log.update(self._generator_step(losses, optim_wrapper))
        if self.discriminator is not None:
            self.discriminator.requires_grad_(True)
        return log

    def _generator_step(self, losses: Dict[str, Tensor],
                        optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """Update the generator side; the refiner, whose input is detached,
        has losses and an optimizer of its own."""
        of_refiner = {
            name: losses.pop(name)
            for name in REFINER_LOSSES if name in losses
        }
        total, log = self.parse_losses(losses)
        optim_wrapper['generator'].update_params(total)
        if of_refiner:
            total, refiner_log = self.parse_losses(of_refiner)
            optim_wrapper['refiner'].update_params(total)
            log['loss'] = log['loss'] + refiner_log.pop('loss')
            log.update(refiner_log)
        return log

    def _generator_context(self, wrapper: OptimWrapper) -> ExitStack:
        """Mixed precision and gradient accumulation for every network that
        the generator's wrapper trains."""
        contexts = ExitStack()
        for part in (self.encoder, self.detector, self.decoder, self.refiner):
            if part is not None:
                contexts.enter_context(wrapper.optim_context(part))
        return contexts

    def _discriminator_step(self, real: Tensor, fake: Tensor,
                            wrapper: OptimWrapper) -> Dict[str, Tensor]:
        """Train the discriminator on the restored images."""
        with wrapper.optim_context(self.discriminator):
            losses = self.loss_adversarial.discriminator(
                self.discriminator, real, fake.detach())
        total, log = self.parse_losses(losses)
        wrapper.update_params(total)
        # The generator has a total of its own under the name 'loss'.
        log.pop('loss')
        return log


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


def _stage_masks(mask: Tensor,
                 features: Sequence[Tensor]) -> Tuple[Tensor, ...]:
    """The mask at the size of every stage, 1 = corrupted."""
    return tuple(resize_mask(mask, feature.shape[-2:]) for feature in features)


def _unwrap(part: nn.Module) -> nn.Module:
    """The module itself, if it was wrapped for distributed training."""
    return part.module if is_model_wrapper(part) else part
