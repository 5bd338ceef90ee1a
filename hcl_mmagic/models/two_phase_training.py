"""One training iteration of a model that finds and repairs, in two phases."""

from abc import ABCMeta, abstractmethod
from contextlib import ExitStack
from typing import Any, Dict, Sequence, Tuple

from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn

MASK_SOURCES = ('true', 'predicted')


class TwoPhaseTraining(metaclass=ABCMeta):
    """What :class:`~.hcl_restorer.HCLRestorer` and :class:`~.vcnet.VCNet` do
    in an iteration: one forward pass of the generator side, then a step of
    the discriminator, if there is one, and of the generator side.

    A base of models, which have ``data_preprocessor``, ``discriminator`` and
    ``loss_adversarial``, and say the rest in the methods without a body.
    """

    @property
    def mask_source(self) -> str:
        """str: Mask that guides the restoration in training: 'true' (phase 1)
        or 'predicted' (phase 2)."""
        return self._mask_source

    @mask_source.setter
    def mask_source(self, source: str) -> None:
        if source not in MASK_SOURCES:
            raise ValueError(f'{type(self).__name__}: mask_source must be one '
                             f'of {MASK_SOURCES}, got {source!r}')
        self._check_mask_source(source)
        self._mask_source = source

    def train_step(self, data: dict,
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration: one generator forward, the discriminator's step,
        then the generator's.

        Args:
            data (dict): A batch from the data loader.
            optim_wrapper (OptimWrapperDict): Wrappers ``generator``, which
                every model has, and ``discriminator`` (and HCL's
                ``refiner``), as far as the model has these parts.

        Returns:
            dict[str, Tensor]: Losses to log.
        """
        data = self.data_preprocessor(data, training=True)
        corrupted, samples = data['inputs'], data['data_samples']
        generator_wrapper = optim_wrapper['generator']
        with self._generator_context(generator_wrapper):
            restored, losses = self._train_forward(corrupted, samples.mask)
        log: Dict[str, Tensor] = {}
        if self._is_adversarial:
            log.update(
                discriminator_step(self, samples.gt_img,
                                   self._final_image(restored),
                                   optim_wrapper['discriminator']))
            self.discriminator.requires_grad_(False)
        with self._generator_context(generator_wrapper):
            losses.update(self._image_losses(restored, samples.gt_img))
        log.update(self._generator_step(losses, optim_wrapper))
        if self._is_adversarial:
            self.discriminator.requires_grad_(True)
        return log

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
        restored, losses = self._train_forward(corrupted, data_samples.mask)
        losses.update(self._image_losses(restored, data_samples.gt_img))
        return losses

    def _check_mask_source(self, source: str) -> None:
        """Complain about a mask that this model does not have."""

    @property
    @abstractmethod
    def _generator_parts(self) -> Sequence[nn.Module]:
        """Networks that the wrapper ``generator`` runs."""

    @property
    def _is_adversarial(self) -> bool:
        """Whether this phase trains with the discriminator."""
        return self.discriminator is not None

    @abstractmethod
    def _train_forward(self, corrupted: Tensor,
                       mask: Tensor) -> Tuple[Any, Dict[str, Tensor]]:
        """What was restored, and the losses of the predicted mask."""

    @abstractmethod
    def _final_image(self, restored: Any) -> Tensor:
        """The image that the discriminator judges, ``(N, 3, H, W)``."""

    @abstractmethod
    def _image_losses(self, restored: Any,
                      gt_img: Tensor) -> Dict[str, Tensor]:
        """Losses of what was restored."""

    def _generator_step(self, losses: Dict[str, Tensor],
                        optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """Update the generator side."""
        total, log = self.parse_losses(losses)
        optim_wrapper['generator'].update_params(total)
        return log

    def _generator_context(self, wrapper: OptimWrapper) -> ExitStack:
        """Mixed precision and gradient accumulation for every network of the
        generator side."""
        contexts = ExitStack()
        for part in self._generator_parts:
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
