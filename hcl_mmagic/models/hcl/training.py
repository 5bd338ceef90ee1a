"""A training iteration of HCLRestorer."""

from typing import TYPE_CHECKING, Dict, Optional, Sequence, Tuple

from mmengine.optim import OptimWrapperDict
from torch import Tensor

from ..adversarial_training import (check_mask_source, discriminator_step,
                                    generator_context, without_gradients_of)
from ..detection import DetectedMasks
from ..pictures import hide, stage_masks
from .repair import Images, repair_image

if TYPE_CHECKING:
    from .restorer import HCLRestorer

# The refiner gets a detached image, so these reach nothing but the refiner.
REFINER_LOSSES = ('loss_refined', 'loss_perceptual_refined',
                  'loss_adversarial')
Losses = Dict[str, Tensor]


def train_iteration(model: 'HCLRestorer', corrupted: Tensor, mask: Tensor,
                    gt_img: Tensor, optim_wrapper: OptimWrapperDict) -> Losses:
    """One generator forward, the discriminator's step, the generator's: losses
    to log.

    Args:
        model (HCLRestorer): To train.
        corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
        mask (Tensor): True mask, 1 = corrupted, 0 = intact,
            ``(N, 1, H, W)``, float.
        gt_img (Tensor): Clean images in [-1, 1], ``(N, 3, H, W)``.
        optim_wrapper (OptimWrapperDict): Wrappers ``generator``, which every
            model has, ``refiner`` and ``discriminator``, as far as the model
            has these parts.
    """
    parts = (model.encoder, model.detector, model.decoder, model.refiner)
    log: Losses = {}
    with generator_context(optim_wrapper['generator'], parts):
        images, losses = forward_pass(model, corrupted, mask)
    if model.discriminator is not None:
        refined = images[1]
        assert refined is not None  # a discriminator needs a refiner
        log.update(
            discriminator_step(model, gt_img, refined,
                               optim_wrapper['discriminator']))
    with without_gradients_of(model.discriminator):
        with generator_context(optim_wrapper['generator'], parts):
            losses.update(image_losses(model, images, gt_img))
        log.update(_update(model, losses, optim_wrapper))
    return log


def forward_pass(model: 'HCLRestorer', corrupted: Tensor,
                 mask: Tensor) -> Tuple[Images, Losses]:
    """Coarse and refined image, as far as they are there, and the weighted
    losses of the detector.

    The true mask is for the detector's losses and, in phase 1 or without a
    detector, for decoder and refiner; for shapes see :func:`train_iteration`.

    Raises:
        ValueError: If the sides are no multiples of ``size_divisor``.
    """
    check_mask_source(model.mask_source, model)  # a hook may have changed it
    _check_crop(model, corrupted)
    found: Optional[DetectedMasks] = None
    losses: Losses = {}
    if model.detector is None:
        features = model.encoder(hide(corrupted, mask))
    else:
        features = model.encoder(corrupted)
        found, losses = model.detector(features, mask)
    masks, mask = _guiding_masks(model.mask_source, found, features, mask)
    return repair_image(model.decoder, model.refiner, features, masks,
                        mask), losses


def image_losses(model: 'HCLRestorer', images: Images,
                 gt_img: Tensor) -> Losses:
    """Weighted losses of the coarse and of the refined image against the
    clean one, ``(N, 3, H, W)`` in [-1, 1], as far as they are there."""
    coarse, refined = images
    losses: Losses = {}
    if coarse is None:
        return losses
    if model.loss_coarse is not None:
        losses['loss_coarse'] = model.loss_coarse(coarse, gt_img)
    if model.loss_refined is not None:
        losses['loss_refined'] = model.loss_refined(refined, gt_img)
    if model.loss_perceptual is not None:
        losses.update(model.loss_perceptual(coarse, refined, gt_img))
    if model.loss_adversarial is not None:
        losses.update(
            model.loss_adversarial.generator(model.discriminator, refined))
    return losses


def _guiding_masks(source: str, found: Optional[DetectedMasks],
                   features: Sequence[Tensor],
                   mask: Tensor) -> Tuple[Sequence[Tensor], Tensor]:
    """Masks of the stages for the decoder, and of the picture for the
    refiner: the true one as it is, or the finest detected one enlarged."""
    if source == 'true':
        return stage_masks(mask, features), mask
    assert found is not None  # else the source would be refused
    prob = found.at_size(mask.shape[-2:])[0]
    return found.mask, (prob > 0.5).float()


def _check_crop(model: 'HCLRestorer', corrupted: Tensor) -> None:
    """Complain about pictures that the trained networks cannot take."""
    divisor = model.size_divisor
    height, width = corrupted.shape[-2:]
    if height % divisor or width % divisor:
        raise ValueError(
            'HCLRestorer trains on crops whose sides are multiples of '
            f'{divisor} pixels, got {height}x{width}: change the crop size of '
            'train_dataloader.dataset.pipeline')


def _update(model: 'HCLRestorer', losses: Losses,
            optim_wrapper: OptimWrapperDict) -> Losses:
    """Update the generator side; the refiner, whose input is detached, has
    losses and an optimizer of its own."""
    of_refiner = {
        name: losses.pop(name)
        for name in REFINER_LOSSES if name in losses
    }
    total, log = model.parse_losses(losses)
    optim_wrapper['generator'].update_params(total)
    if of_refiner:
        total, refiner_log = model.parse_losses(of_refiner)
        optim_wrapper['refiner'].update_params(total)
        log['loss'] = log['loss'] + refiner_log.pop('loss')
        log.update(refiner_log)
    return log
