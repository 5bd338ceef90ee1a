"""Adversarial loss of discriminators that score patches."""

from typing import Dict

from mmagic.registry import MODELS
from torch import Tensor, nn

from ..functional import at_least_float32


@MODELS.register_module()
class PatchGANLoss(nn.Module):
    """MMagic's ``GANLoss`` for models that train their discriminator by
    :func:`~..adversarial_training.discriminator_step`.

    `Image-to-Image Translation with Conditional Adversarial Networks
    <https://arxiv.org/abs/1611.07004>`_: half the loss of the real and half of
    the restored pictures, which pass the discriminator on their own, as it may
    take statistics of a batch.

    Args:
        gan_type (str): 'vanilla' (cross-entropy), 'lsgan' (mean square) or
            another one that ``GANLoss`` knows and that needs no mask.
        loss_weight (float): Weight of the generator's loss.
    """

    def __init__(self, *, gan_type: str, loss_weight: float = 1.) -> None:
        super().__init__()
        self.criterion = MODELS.build(
            dict(type='GANLoss', gan_type=gan_type, loss_weight=loss_weight))

    def generator(self, discriminator: nn.Module,
                  fake: Tensor) -> Dict[str, Tensor]:
        """``loss_adversarial`` of restored pictures, ``(N, C, H, W)``,
        weighted."""
        score = at_least_float32(discriminator(fake))
        return dict(loss_adversarial=self.criterion(score, True))

    def discriminator(self, discriminator: nn.Module, real: Tensor,
                      fake: Tensor) -> Dict[str, Tensor]:
        """``loss_discriminator`` of real and restored pictures, ``(N, C, H,
        W)``, the latter detached."""
        losses = [
            self.criterion(
                at_least_float32(discriminator(images)), is_real, is_disc=True)
            for images, is_real in ((real, True), (fake, False))
        ]
        return dict(loss_discriminator=sum(losses) / 2)
