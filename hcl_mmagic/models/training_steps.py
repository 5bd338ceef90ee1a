"""One training iteration of HCLRestorer: forward, losses, steps."""

from contextlib import ExitStack
from typing import Any, Dict, Tuple

from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor

from .functional import resize_mask
from .padding import hide, stage_masks
from .restoration import Restoration

# The refiner gets a detached image, so these reach nothing but the refiner.
REFINER_LOSSES = ('loss_refined', 'loss_perceptual_refined',
                  'loss_adversarial')


class TrainingSteps:
    """What a model with a generator side and a discriminator does in an
    iteration: one generator forward, then a step of either side.

    A base of :class:`~.hcl_restorer.HCLRestorer`, which has the networks.
    """

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
                discriminator_step(self, samples.gt_img, restoration.refined,
                                   optim_wrapper['discriminator']))
            self.discriminator.requires_grad_(False)
        with self._generator_context(generator_wrapper):
            losses.update(self._image_losses(restoration, samples.gt_img))
        log.update(self._generator_step(losses, optim_wrapper))
        if self.discriminator is not None:
            self.discriminator.requires_grad_(True)
        return log

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

    def _train_forward(self, corrupted: Tensor,
                       mask: Tensor) -> Tuple[Restoration, Dict[str, Tensor]]:
        """One pass with the true mask, for the detector's losses and, in
        phase 1 or without a detector, for decoder and refiner."""
        divisor = self.size_divisor
        height, width = corrupted.shape[-2:]
        if height % divisor or width % divisor:
            raise ValueError(
                'HCLRestorer trains on crops whose sides are multiples of '
                f'{divisor} pixels, got {height}x{width}: change the crop '
                'size of train_dataloader.dataset.pipeline')
        if self.detector is None:
            features = self.encoder(hide(corrupted, mask))
            hierarchy, losses = None, {}
        else:
            features = self.encoder(corrupted)
            hierarchy, losses = self.detector(features, mask)
        if self.mask_source == 'predicted':
            masks = hierarchy.mask
        else:
            masks = stage_masks(mask, features)
        if hierarchy is not None:
            # The refiner learns with borders as coarse as detected ones.
            mask = resize_mask(masks[0], (height, width))
        images = self._repair(features, masks, mask)
        return Restoration.of_pass(hierarchy, mask, *images), losses

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


def discriminator_step(model: BaseModel, real: Tensor, fake: Tensor,
                       wrapper: OptimWrapper) -> Dict[str, Tensor]:
    """Train a model's discriminator on restored images.

    Args:
        model (BaseModel): With ``discriminator`` and ``loss_adversarial``.
        real (Tensor): Undamaged images in [-1, 1], ``(N, 3, H, W)``.
        fake (Tensor): Restored images, likewise; get no gradient.
        wrapper (OptimWrapper): Of the discriminator.

    Returns:
        dict[str, Tensor]: Losses to log.
    """
    with wrapper.optim_context(model.discriminator):
        losses = model.loss_adversarial.discriminator(model.discriminator,
                                                      real, fake.detach())
    total, log = model.parse_losses(losses)
    wrapper.update_params(total)
    # The generator has a total of its own under the name 'loss'.
    log.pop('loss')
    return log
