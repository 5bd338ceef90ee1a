"""DirectRestorer: a network restores the whole picture and says where."""

from typing import Any, Dict, Optional, Union

import torch
from mmagic.registry import MODELS
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn

from ....parts import build_part, unwrap
from ...adversarial_training import discriminator_step, without_gradients_of
from ...damage_model import DamageModel
from ...functional import at_least_float32, enlarge
from ...pictures import Padding, Restoration
from .output import DirectOutput


@MODELS.register_module()
class DirectRestorer(DamageModel):
    """Restores a whole picture at once and returns a mask if its network has
    one.

    What the watermark removers of the paper's Table 7 share (HCL, ICCV 2023,
    section 4.3.2). The networks get RGB in [-1, 1], whatever range they were
    published for.

    Args:
        network (dict): Config of the network: pictures ``(N, 3, H, W)``, whose
            sides are multiples of its ``size_divisor``, to a
            :class:`~.output.DirectOutput`.
        loss_restoration (dict): Config of the losses, called with the
            network's output, the damaged and the true picture and the true
            mask.
        discriminator (dict, optional): Config of a discriminator of the
            damaged and a restored picture, six channels; needs
            ``loss_adversarial``.
        loss_adversarial (dict, optional): Config of the adversarial loss.
        blend (bool): Blend the network's image into the input by the mask it
            predicts, as part of the method.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.

    Attributes:
        size_divisor (int): Sides of training images must be multiples of
            this.

    Raises:
        ValueError: If a discriminator lacks its loss, or a loss its
            discriminator.
    """

    def __init__(self,
                 *,
                 network: dict,
                 loss_restoration: dict,
                 discriminator: Optional[dict] = None,
                 loss_adversarial: Optional[dict] = None,
                 blend: bool = False,
                 data_preprocessor: Union[dict, nn.Module, None] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        if (discriminator is None) != (loss_adversarial is None):
            raise ValueError('DirectRestorer: discriminator and '
                             'loss_adversarial need each other: give both or '
                             'none')
        self.network: nn.Module = build_part(network)
        self.loss_restoration: Any = build_part(loss_restoration)
        self.discriminator: Optional[nn.Module] = build_part(discriminator)
        self.loss_adversarial: Any = build_part(loss_adversarial)
        # Distributed training wraps the network, which hides attributes.
        self.size_divisor: int = unwrap(self.network).size_divisor
        self.blend = blend

    def restore(self, corrupted: Tensor) -> Restoration:
        """Restore pictures of any size, RGB in [-1, 1], ``(N, 3, H, W)``.

        The image is in [-1, 1], float32. A network that finds no mask gives
        no ``mask_prob``, and its mask is 1 everywhere: all is restored.
        """
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        output: DirectOutput = self.network(padding.pad(corrupted))
        probs = tuple(
            padding.crop(
                enlarge(
                    at_least_float32(logits).sigmoid(), padding.padded_size))
            for logits in output.mask_logits)
        image = padding.crop(at_least_float32(output.images[0]))
        mask = probs[0] if probs else torch.ones_like(image[:, :1])
        if self.blend:
            image = torch.lerp(corrupted.to(image), image, mask)
        return Restoration(mask, probs, refined=image.clamp(-1, 1))

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`~...damage_model.DamageModel`."""
        return self.restore(corrupted)

    def loss_of_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Dict[str, Tensor]:
        """See :class:`~...damage_model.DamageModel`; the sides of the
        pictures are multiples of ``size_divisor``."""
        return self._losses(self.network(corrupted), corrupted, data_samples)

    def train_step(
        self, data: Dict[str, Any],
        optim_wrapper: Union[OptimWrapper,
                             OptimWrapperDict]) -> Dict[str, Tensor]:
        """One iteration: one forward pass, the discriminator's step, then the
        network's. The wrappers are ``generator`` and ``discriminator``;
        without a discriminator there is but one."""
        if self.discriminator is None:
            return super().train_step(data, optim_wrapper)
        data = self.data_preprocessor(data, training=True)
        corrupted, samples = data['inputs'], data['data_samples']
        wrapper = optim_wrapper['generator']
        with wrapper.optim_context(self.network):
            output = self.network(corrupted)
        real, fake = (
            torch.cat((corrupted, image), dim=1)
            for image in (samples.gt_img, output.images[0]))
        log = discriminator_step(self, real, fake,
                                 optim_wrapper['discriminator'])
        with without_gradients_of(self.discriminator):
            with wrapper.optim_context(self.network):
                losses = self._losses(output, corrupted, samples)
            total, losses_log = self.parse_losses(losses)
            wrapper.update_params(total)
        return {**log, **losses_log}

    def _losses(self, output: DirectOutput, corrupted: Tensor,
                samples: Any) -> Dict[str, Tensor]:
        output = DirectOutput(
            tuple(map(at_least_float32, output.images)),
            tuple(map(at_least_float32, output.mask_logits)),
            None if output.layer is None else at_least_float32(output.layer))
        losses = self.loss_restoration(output, corrupted, samples.gt_img,
                                       samples.mask.to(corrupted))
        if self.discriminator is not None:
            pair = torch.cat((corrupted, output.images[0]), dim=1)
            losses.update(
                self.loss_adversarial.generator(self.discriminator, pair))
        return losses
