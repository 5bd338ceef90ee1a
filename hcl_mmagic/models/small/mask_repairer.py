"""MaskRepairer: a model that repairs the masks that it is given."""

from typing import Any, Dict, NamedTuple, Optional, Union

import torch
from mmagic.registry import MODELS
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn

from ...parts import build_part
from ..adversarial_training import discriminator_step, without_gradients_of
from ..damage_model import DamageModel
from ..functional import dilate
from ..pictures import Padding, Restoration
from .repair_unet import find_details


@MODELS.register_module()
class MaskRepairer(DamageModel):
    """Repairs given masks in pictures whose damage it sees.

    Unlike the inpainting models of MMagic the network is shown what lies
    under the mask: a mark that is not opaque can be taken away instead of
    painted over. Trained with a mask that is now and then a little too large
    or too small, as detected masks are.

    Args:
        network (dict): Config of the network, such as
            :class:`~.repair_unet.RepairUNet`.
        loss_pixel (dict, optional): Config of the loss of the repaired image
            against the truth, such as MMagic's ``PSNRLoss``; the pixels
            outside of the true mask count as exact. Only training needs it.
        loss_detail (dict, optional): Config of the loss, against those of the
            truth, of the details that the damaged picture shows. Without it
            the network hardly learns to use them.
        loss_perceptual (dict, optional): Config of a loss of what a network
            sees in both, such as
            :class:`~.lite_perceptual_loss.LitePerceptualLoss`.
        discriminator (dict, optional): Config of a discriminator of the
            repaired image; its training, beside that of the network, takes
            two optimizers, 'generator' and 'discriminator'.
        loss_adversarial (dict, optional): Config of the loss of both, such as
            :class:`~..losses.WGANGPLoss`.
        largest_dilation (int): In training the mask grows by 0 to so many
            pixels, at random.
        composite (bool): At test, take the pixels outside the mask from the
            input; otherwise return the network's image as it is.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    def __init__(self,
                 *,
                 network: dict,
                 loss_pixel: Optional[dict] = None,
                 loss_detail: Optional[dict] = None,
                 loss_perceptual: Optional[dict] = None,
                 discriminator: Optional[dict] = None,
                 loss_adversarial: Optional[dict] = None,
                 largest_dilation: int = 2,
                 composite: bool = True,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.network = MODELS.build(network)
        self.loss_pixel: Any = build_part(loss_pixel)
        self.loss_detail: Any = build_part(loss_detail)
        self.loss_perceptual: Any = build_part(loss_perceptual)
        self.discriminator: Optional[nn.Module] = build_part(discriminator)
        self.loss_adversarial: Any = build_part(loss_adversarial)
        self.largest_dilation = largest_dilation
        self.composite = composite

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`DamageModel`; of the samples' ``mask`` (1 = corrupted,
        0 = intact, ``(N, 1, H, W)``)."""
        mask = data_samples.mask
        return Restoration(mask, (mask, ), self.repair(corrupted, mask))

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a mask in pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            Tensor: The network's image in [-1, 1], ``(N, 3, H, W)``, float32,
            not composited.
        """
        padding = Padding.to_multiple(corrupted, self.network.size_divisor)
        image, _ = self.network(padding.pad(corrupted), padding.pad(mask))
        return padding.crop(image)

    def train_step(
        self, data: Any,
        optim_wrapper: Union[OptimWrapper,
                             OptimWrapperDict]) -> Dict[str, Tensor]:
        """One iteration: the network's step, and before it, if there is one,
        the discriminator's."""
        if self.discriminator is None:
            return super().train_step(data, optim_wrapper)
        batch = self.data_preprocessor(data, True)
        generator = optim_wrapper['generator']
        with generator.optim_context(self.network):
            repaired = self._repair_damaged(batch['inputs'],
                                            batch['data_samples'])
        log = discriminator_step(self, repaired.truth, repaired.image,
                                 optim_wrapper['discriminator'])
        with without_gradients_of(self.discriminator):
            with generator.optim_context(self.network):
                losses = self._losses(repaired)
            total, of_network = self.parse_losses(losses)
            generator.update_params(total)
        return {**of_network, **log}

    def loss_of_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Dict[str, Tensor]:
        """See :class:`DamageModel`: the losses of the damaged pictures, whose
        sides are multiples of the network's ``size_divisor``. An intact one
        has nothing to repair."""
        return self._losses(self._repair_damaged(corrupted, data_samples))

    def _repair_damaged(self, corrupted: Tensor,
                        data_samples: Any) -> '_Repaired':
        mask, truth = data_samples.mask, data_samples.gt_img
        damaged = mask.flatten(1).any(1)
        if damaged.any():
            corrupted, mask, truth = (
                part[damaged] for part in (corrupted, mask, truth))
        growth = int(torch.randint(self.largest_dilation + 1, ()))
        grown = dilate(mask, growth)
        image, details = self.network(corrupted, grown)
        true_details = torch.stack(find_details(truth, grown)).sum(0)
        return _Repaired(
            torch.where(mask > 0.5, image, truth), truth,
            torch.where(mask > 0.5, details, true_details), true_details)

    def _losses(self, repaired: '_Repaired') -> Dict[str, Tensor]:
        image, truth, *details = repaired
        losses = dict(loss_pixel=self.loss_pixel(image, truth))
        if self.loss_detail is not None:
            losses['loss_detail'] = self.loss_detail(*details)
        if self.loss_perceptual is not None:
            losses['loss_perceptual'] = self.loss_perceptual(image, truth)
        if self.loss_adversarial is not None:
            losses.update(
                self.loss_adversarial.generator(self.discriminator, image))
        return losses


class _Repaired(NamedTuple):
    """The damaged ones of some pictures, exact outside of the true mask, and
    the truth; the details that the damaged pictures have shown, likewise."""
    image: Tensor
    truth: Tensor
    details: Tensor
    true_details: Tensor
