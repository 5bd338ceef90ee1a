"""The optimization steps of one training iteration of HCLRestorer."""

from contextlib import ExitStack
from typing import Dict

from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor

# The refiner gets a detached image, so these reach nothing but the refiner.
REFINER_LOSSES = ('loss_refined', 'loss_perceptual_refined',
                  'loss_adversarial')


class TrainingSteps:
    """What a model with a generator side and a discriminator does in an
    iteration: one generator forward, then a step of either side.

    A base of :class:`~.hcl_restorer.HCLRestorer`, which has the networks and
    computes the losses.
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
