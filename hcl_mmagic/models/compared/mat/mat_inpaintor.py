"""MATInpaintor: MAT, its training and its repair of given masks."""

from typing import Any, Dict, Optional, Union

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ....parts import build_part, unwrap
from ...adversarial_training import without_gradients_of
from ...damage_model import DamageModel
from ...functional import at_least_float32, full_precision
from ...pictures import Padding, Restoration


@MODELS.register_module()
class MATInpaintor(DamageModel):
    """Repairs given masks by MAT.

    Paper: `MAT: Mask-Aware Transformer for Large Hole Image Inpainting, CVPR
    2022 <https://arxiv.org/abs/2203.15270>`_. The losses are those of section
    3.5: non-saturating ones of both pictures, the penalty of the gradient at
    the true ones, and the perceptual loss of the refined picture. There is no
    loss of pixels. In training it sees the damaged pictures, as at test, so
    what a mask misses is seen, too.

    Args:
        generator (dict): Config of the :class:`~.generator.MATGenerator`.
        discriminator (dict, optional): Config of the
            :class:`~.discriminator.MATDiscriminator`. Only training needs it.
        loss_perceptual (dict, optional): Config of the perceptual loss, such
            as ``OfflinePerceptualLoss``, from which the perceptual part alone
            is taken.
        penalty_weight (float): Of the squared gradient, halved.
        penalty_interval (int): Iterations from one penalty to the next, which
            counts as many times, as in StyleGAN2.
        composite (bool): At test, take the pixels outside the mask from the
            input. MAT does so in any case.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    modes = ('tensor', 'predict')

    def __init__(self,
                 *,
                 generator: dict,
                 discriminator: Optional[dict] = None,
                 loss_perceptual: Optional[dict] = None,
                 penalty_weight: float = 10.,
                 penalty_interval: int = 16,
                 composite: bool = True,
                 data_preprocessor: Union[dict, nn.Module, None] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.generator: nn.Module = build_part(generator)
        self.discriminator: Any = build_part(discriminator)
        self.loss_perceptual: Any = build_part(loss_perceptual)
        self.penalty_weight = penalty_weight
        self.penalty_interval = penalty_interval
        self.composite = composite
        # Distributed training wraps the network, which hides attributes.
        self.size_divisor: int = unwrap(self.generator).size_divisor
        self._iteration = 0

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`~...damage_model.DamageModel`; of the samples' ``mask``
        (1 = corrupted, 0 = intact, ``(N, 1, H, W)``)."""
        mask = data_samples.mask
        return Restoration(
            mask, (mask, ), refined=self.repair(corrupted, mask))

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a mask in pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``;
                what lies under the mask is not looked at.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            Tensor: The image in [-1, 1], ``(N, 3, H, W)``, float32, the
            input's outside the mask.
        """
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        image, _ = self.generator(padding.pad(corrupted), padding.pad(mask))
        return padding.crop(at_least_float32(image)).clamp(-1, 1)

    def train_step(self, data: Dict[str, Any],
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration: one forward pass, the discriminator's step, the
        generator's. The wrappers are ``generator`` and ``discriminator``."""
        batch = self.data_preprocessor(data, training=True)
        samples = batch['data_samples']
        truth, mask = samples.gt_img, samples.mask.to(batch['inputs'])
        wrapper = optim_wrapper['generator']
        with wrapper.optim_context(self.generator):
            images = self.generator(batch['inputs'], mask)
        refined, filled = map(at_least_float32, images)
        log = self._train_discriminator(truth, refined.detach(),
                                        filled.detach(), mask,
                                        optim_wrapper['discriminator'])
        with without_gradients_of(self.discriminator):
            with wrapper.optim_context(self.generator):
                scores = self.discriminator(refined, filled, mask)
                losses = dict(loss_adversarial=_cost_of(scores, real=True))
                if self.loss_perceptual is not None:
                    perceptual, _ = self.loss_perceptual(refined, truth)
                    if perceptual is not None:
                        losses['loss_perceptual'] = perceptual
            total, generator_log = self.parse_losses(losses)
            wrapper.update_params(total)
        self._iteration += 1
        return {**log, **generator_log}

    def _train_discriminator(self, truth: Tensor, refined: Tensor,
                             filled: Tensor, mask: Tensor,
                             wrapper: Any) -> Dict[str, Tensor]:
        """The discriminator's step: losses to log."""
        with wrapper.optim_context(self.discriminator):
            fake = self.discriminator(refined, filled, mask)
            real = self.discriminator(truth, truth, mask)
            losses = dict(
                loss_discriminator=_cost_of(fake, real=False) +
                _cost_of(real, real=True))
        if self._iteration % self.penalty_interval == 0:
            weight = self.penalty_weight / 2 * self.penalty_interval
            losses['loss_penalty'] = weight * self.penalty(truth, mask)
        total, log = self.parse_losses(losses)
        wrapper.update_params(total)
        log.pop('loss')  # the generator has one of its own
        return log

    def penalty(self, truth: Tensor, mask: Tensor) -> Tensor:
        """Squared length of the scores' gradient at true pictures, ``(N, 3, H,
        W)``, averaged over them, the sum of both critics: a scalar."""
        with full_precision(truth):
            pictures = [
                truth.detach().clone().requires_grad_() for _ in range(2)
            ]
            scores = self.discriminator(*pictures, mask)
            gradients = torch.autograd.grad(
                sum(score.sum() for score in scores),
                pictures,
                create_graph=True)
        return torch.cat(gradients, dim=1).square().sum(dim=(1, 2, 3)).mean()


def _cost_of(scores: Any, real: bool) -> Tensor:
    """Minus the log-likelihood that both pictures are real, or are not."""
    sign = -1 if real else 1
    costs = F.softplus(sign * at_least_float32(torch.cat(scores, dim=1)))
    return costs.sum(dim=1).mean()
