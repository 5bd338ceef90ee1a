"""What HCLRestorer does in a training iteration."""

from typing import Dict, List, Optional, Sequence, Tuple

import torch
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ..errors import ConfigError
from ..wrapping import unwrap
from .functional import MaskHierarchy
from .padding import hide, stage_masks
from .restoration import Restoration
from .two_phase_training import TwoPhaseTraining

# The refiner gets a detached image, so these reach nothing but the refiner.
REFINER_LOSSES = ('loss_refined', 'loss_perceptual_refined',
                  'loss_adversarial')


class TrainingSteps(TwoPhaseTraining):
    """HCL's own part of an iteration: its forward pass, its losses, and a
    refiner with an optimizer of its own.

    A base of :class:`~.hcl_restorer.HCLRestorer`, which has the networks.

    Attributes:
        trained_task (str): What this part of the training is about: 'both'
            (HCL); 'detection', where decoder and refiner do not run; or
            'restoration', where encoder and detector stay as they are. See
            :class:`~hcl_mmagic.engine.TaskSwitchHook`.
    """
    trained_task = 'both'

    def _check_mask_source(self, source: str) -> None:
        if source == 'predicted' and self.detector is None:
            raise ConfigError(
                "HCLRestorer: mask_source='predicted' needs a detector, which "
                "is missing: take 'true', and no PhaseSwitchHook")

    @property
    def _generator_parts(self) -> List[nn.Module]:
        parts = (self.encoder, self.detector, self.decoder, self.refiner)
        return [part for part in parts if part is not None]

    def _final_image(self, restored: Restoration) -> Tensor:
        return restored.refined

    def _image_losses(self, restoration: Restoration,
                      gt_img: Tensor) -> Dict[str, Tensor]:
        """Losses of the coarse and of the refined image."""
        losses: Dict[str, Tensor] = {}
        if self.trained_task == 'detection':
            return losses
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
        self._check_crop(corrupted)
        losses: Dict[str, Tensor] = {}
        if self.detector is None:
            hierarchy, features = None, self.encoder(hide(corrupted, mask))
        elif self.trained_task == 'restoration':
            with torch.no_grad():
                features = self.encoder(corrupted)
                hierarchy, _ = self.detector(features)
        else:
            features = self.encoder(corrupted)
            hierarchy, losses = self.detector(features, mask)
        coarse = refined = None
        if self.trained_task != 'detection':
            masks, mask = self._training_masks(hierarchy, features, mask)
            coarse, refined = self._repair(corrupted, features, masks, mask)
        return Restoration(hierarchy, (mask, ), mask, coarse, refined), losses

    def _training_masks(self, hierarchy: Optional[MaskHierarchy],
                        features: Sequence[Tensor],
                        mask: Tensor) -> Tuple[Sequence[Tensor], Tensor]:
        """Masks of the stages for the decoder, and of the picture for the
        refiner: the true one as it is, or the finest detected one enlarged."""
        if self.mask_source == 'true':
            return stage_masks(mask, features), mask
        size = tuple(mask.shape[-2:])
        prob = hierarchy.at_size(size, self.smooth_mask)[0]
        return hierarchy.mask, (prob > 0.5).float()

    def _check_crop(self, corrupted: Tensor) -> None:
        """Complain about pictures that the trained networks cannot take."""
        detects = self.trained_task == 'detection'
        divisor = (
            unwrap(self.encoder).size_divisor
            if detects else self.size_divisor)
        height, width = corrupted.shape[-2:]
        if height % divisor or width % divisor:
            raise ValueError(
                'HCLRestorer trains on crops whose sides are multiples of '
                f'{divisor} pixels, got {height}x{width}: change the crop '
                'size of train_dataloader.dataset.pipeline')

    def _generator_step(self, losses: Dict[str, Tensor],
                        optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """Update the generator side; the refiner, whose input is detached,
        has losses and an optimizer of its own. Where nothing but restoration
        is trained, that one updates the decoder as well."""
        if self.trained_task == 'restoration':
            total, log = self.parse_losses(losses)
            optim_wrapper['refiner'].update_params(total)
            return log
        of_refiner = {
            name: losses.pop(name)
            for name in REFINER_LOSSES if name in losses
        }
        log = super()._generator_step(losses, optim_wrapper)
        if of_refiner:
            total, refiner_log = self.parse_losses(of_refiner)
            optim_wrapper['refiner'].update_params(total)
            log['loss'] = log['loss'] + refiner_log.pop('loss')
            log.update(refiner_log)
        return log
