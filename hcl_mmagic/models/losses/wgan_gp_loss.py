"""Wasserstein loss with gradient penalty."""

from typing import Dict, Optional

import torch
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..functional import at_least_float32, full_precision


@MODELS.register_module()
class WGANGPLoss(nn.Module):
    """Adversarial loss of HCL: Wasserstein distance and gradient penalty.

    HCL, equation 12; `Improved Training of Wasserstein GANs
    <https://arxiv.org/abs/1704.00028>`_. The penalty here draws one mixing
    coefficient per batch and takes the gradient of the *sum* of the
    discriminator's output map, as HCL's authors' code does.

    Args:
        gradient_penalty_weight (float): Weight of the penalty.
        loss_weight (float): Weight of the generator's loss.
    """

    def __init__(self,
                 *,
                 gradient_penalty_weight: float = 10.0,
                 loss_weight: float = 1.0) -> None:
        super().__init__()
        self.gradient_penalty_weight = gradient_penalty_weight
        self.loss_weight = loss_weight

    def generator(self, discriminator: nn.Module,
                  fake: Tensor) -> Dict[str, Tensor]:
        """``loss_adversarial``, minus the mean score of restored images in
        [-1, 1], ``(N, 3, H, W)``, weighted."""
        score = at_least_float32(discriminator(fake)).mean()
        return dict(loss_adversarial=-self.loss_weight * score)

    def discriminator(self,
                      discriminator: nn.Module,
                      real: Tensor,
                      fake: Tensor,
                      alpha: Optional[Tensor] = None) -> Dict[str, Tensor]:
        """Loss of the discriminator.

        Args:
            discriminator (nn.Module): Maps images to scores. Without batch
                statistics, as real and fake images pass it together.
            real (Tensor): Undamaged images in [-1, 1], ``(N, 3, H, W)``.
            fake (Tensor): Restored images, likewise, detached.
            alpha (Tensor, optional): See :meth:`gradient_penalty`.

        Returns:
            dict[str, Tensor]: ``loss_discriminator``, the mean score of the
            fake minus that of the real images, and ``loss_gradient_penalty``,
            weighted.
        """
        scores = discriminator(torch.cat((real, fake)))
        real_score, fake_score = at_least_float32(scores).chunk(2)
        penalty = self.gradient_penalty(discriminator, real, fake, alpha)
        return dict(
            loss_discriminator=fake_score.mean() - real_score.mean(),
            loss_gradient_penalty=self.gradient_penalty_weight * penalty)

    @staticmethod
    def gradient_penalty(discriminator: nn.Module,
                         real: Tensor,
                         fake: Tensor,
                         alpha: Optional[Tensor] = None) -> Tensor:
        """Mean squared distance of the gradient's norm from 1, a scalar, not
        weighted. ``alpha``, the share of the real image in the mixture, in [0,
        1], ``(1, )``, is drawn uniformly if None."""
        # Second derivatives need full precision.
        with full_precision(real):
            real = at_least_float32(real.detach())
            fake = at_least_float32(fake.detach())
            if alpha is None:
                alpha = torch.rand(1, device=real.device)
            mixed = torch.lerp(fake, real, alpha.to(real)).requires_grad_()
            score = discriminator(mixed).sum()
            gradient, = torch.autograd.grad(score, mixed, create_graph=True)
            # The offset keeps the norm differentiable at 0.
            norm = (gradient.flatten(1) + 1e-10).norm(dim=1)
            return (norm - 1).square().mean()
