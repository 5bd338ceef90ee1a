"""VCNet: from a damaged photograph to its mask and its repair."""

from typing import Any, Dict, Optional, Tuple, Union

from mmagic.registry import MODELS
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ....parts import build_part, unwrap
from ...adversarial_training import (check_mask_source, discriminator_step,
                                     generator_context, without_gradients_of)
from ...damage_model import DamageModel, find_given_mask
from ...functional import at_least_float32
from ...pictures import Padding, Restoration


@MODELS.register_module()
class VCNet(DamageModel):
    """Blind inpainting by visual consistency.

    Paper: `VCNet: A Robust Approach to Blind Image Inpainting, ECCV 2020
    <https://arxiv.org/abs/2003.06816>`_.

    mask network -> inpainting network. Training has two stages, switched by
    ``PhaseSwitchHook``: first each network learns on its own, the inpainting
    network with the true mask; then both learn together, with the predicted
    mask, through which the losses of the image reach the mask network, and
    with the discriminator.

    Args:
        mask_network (dict): Config of the mask prediction network.
        inpainting_network (dict): Config of the robust inpainting network.
        loss_mask (dict): Config of the loss of the mask's log-odds.
        loss_image (dict): Config of the pixel loss of the image.
        loss_consistency (dict, optional): Config of the losses on features.
        discriminator (dict, optional): Config of the discriminator; needs
            ``loss_adversarial``.
        loss_adversarial (dict, optional): Config of the adversarial loss.
        mask_source (str): Mask for the inpainting network in training: 'true'
            (first stage) or 'predicted' (second stage).
        composite (bool): At test, take the pixels outside the mask from the
            input. The paper returns the network's image as it is.
        reverse_mask (bool): At test, restore from the corrupted pixels the
            picture that *they* belong to, as :class:`~.HCLRestorer` does.
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
                 mask_network: dict,
                 inpainting_network: dict,
                 loss_mask: dict,
                 loss_image: dict,
                 loss_consistency: Optional[dict] = None,
                 discriminator: Optional[dict] = None,
                 loss_adversarial: Optional[dict] = None,
                 mask_source: str = 'predicted',
                 composite: bool = False,
                 reverse_mask: bool = False,
                 data_preprocessor: Union[dict, nn.Module, None] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        check_mask_source(mask_source, self)
        if (discriminator is None) != (loss_adversarial is None):
            raise ValueError('VCNet: discriminator and loss_adversarial need '
                             'each other: give both or none')
        self.mask_network: nn.Module = build_part(mask_network)
        self.inpainting_network: nn.Module = build_part(inpainting_network)
        self.loss_mask = build_part(loss_mask)
        self.loss_image = build_part(loss_image)
        self.loss_consistency: Any = build_part(loss_consistency)
        self.discriminator: Optional[nn.Module] = build_part(discriminator)
        self.loss_adversarial: Any = build_part(loss_adversarial)
        # Distributed training wraps the networks, which hides attributes.
        self.size_divisor = max(
            unwrap(network).size_divisor
            for network in (self.mask_network, self.inpainting_network))
        self.mask_source = mask_source
        self.composite = composite
        self.reverse_mask = reverse_mask

    def restore(self,
                corrupted: Tensor,
                given_mask: Optional[Tensor] = None) -> Restoration:
        """Find and repair the damage of pictures of any size.

        For the arguments see :meth:`~.HCLRestorer.restore`. The image is the
        network's, not composited; the mask is the one that was restored,
        after a reversal, soft where it was predicted. All float32.
        """
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        padded = padding.pad(corrupted)
        logits, features = self.mask_network(padded)
        prob = at_least_float32(logits).sigmoid()
        mask = prob if given_mask is None else padding.pad(given_mask.to(prob))
        if self.reverse_mask:
            mask = 1 - mask
        image = self.inpainting_network(padded, mask, features)
        restoration = Restoration(
            mask, (prob, ), refined=at_least_float32(image))
        return restoration.map(padding.crop)

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`~...damage_model.DamageModel`; a ``given_mask`` of the
        samples is restored in the place of the predicted one."""
        return self.restore(corrupted, find_given_mask(data_samples))

    def loss_of_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Dict[str, Tensor]:
        """Losses of both networks, see :class:`~...damage_model.DamageModel`;
        the sides of the pictures are multiples of ``size_divisor``."""
        image, losses = self._train_forward(corrupted, data_samples.mask)
        losses.update(self._image_losses(image, data_samples.gt_img))
        return losses

    def train_step(self, data: Dict[str, Any],
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration: one forward pass, the discriminator's step in the
        second stage, then that of both networks. The wrappers are
        ``generator`` and, if the model has one, ``discriminator``."""
        data = self.data_preprocessor(data, training=True)
        samples = data['data_samples']
        wrapper = optim_wrapper['generator']
        parts = (self.mask_network, self.inpainting_network)
        log: Dict[str, Tensor] = {}
        with generator_context(wrapper, parts):
            image, losses = self._train_forward(data['inputs'], samples.mask)
        if self._is_adversarial:
            log.update(
                discriminator_step(self, samples.gt_img, image,
                                   optim_wrapper['discriminator']))
        with without_gradients_of(self.discriminator):
            with generator_context(wrapper, parts):
                losses.update(self._image_losses(image, samples.gt_img))
            total, losses_log = self.parse_losses(losses)
            wrapper.update_params(total)
        return {**log, **losses_log}

    @property
    def _is_adversarial(self) -> bool:
        """Whether this stage trains with the discriminator."""
        return (self.discriminator is not None
                and self.mask_source == 'predicted')

    def _train_forward(self, corrupted: Tensor,
                       mask: Tensor) -> Tuple[Tensor, Dict[str, Tensor]]:
        """Restored image and the loss of the predicted mask."""
        check_mask_source(self.mask_source, self)  # a hook may have changed it
        logits, features = self.mask_network(corrupted)
        losses = dict(loss_mask=self.loss_mask(logits, mask))
        if self.mask_source == 'true':
            guide, features = mask.to(corrupted), features.detach()
        else:
            guide = at_least_float32(logits).sigmoid()
        image = self.inpainting_network(corrupted, guide, features)
        return at_least_float32(image), losses

    def _image_losses(self, image: Tensor,
                      gt_img: Tensor) -> Dict[str, Tensor]:
        losses = dict(loss_image=self.loss_image(image, gt_img))
        if self.loss_consistency is not None:
            losses.update(self.loss_consistency(image, gt_img))
        if self._is_adversarial:
            losses.update(
                self.loss_adversarial.generator(self.discriminator, image))
        return losses
