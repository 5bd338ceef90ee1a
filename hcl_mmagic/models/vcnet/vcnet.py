"""VCNet: from a damaged photograph to its mask and its repair."""

from typing import Any, Dict, List, Optional, Tuple, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor, nn

from ..functional import at_least_float32
from ..padding import Padding
from ..predictions import check_finite, to_data_samples
from ..two_phase_training import TwoPhaseTraining


@MODELS.register_module()
class VCNet(TwoPhaseTraining, BaseModel):
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
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        if (discriminator is None) != (loss_adversarial is None):
            raise ValueError('VCNet: discriminator and loss_adversarial need '
                             'each other: give both or none')
        self.mask_network = MODELS.build(mask_network)
        self.inpainting_network = MODELS.build(inpainting_network)
        self.loss_mask = MODELS.build(loss_mask)
        self.loss_image = MODELS.build(loss_image)
        self.loss_consistency = loss_consistency and MODELS.build(
            loss_consistency)
        self.discriminator = discriminator and MODELS.build(discriminator)
        self.loss_adversarial = loss_adversarial and MODELS.build(
            loss_adversarial)
        # Distributed training wraps the networks, which hides attributes.
        self.size_divisor = max(self.mask_network.size_divisor,
                                self.inpainting_network.size_divisor)
        self.mask_source = mask_source
        self.composite = composite
        self.reverse_mask = reverse_mask

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): The batch's stacked samples.
                ``loss`` reads ``gt_img`` and ``mask`` (1 = corrupted);
                ``predict`` reads neither, but restores ``given_mask`` if the
                samples carry one.
            mode (str): 'tensor', 'loss' or 'predict'.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The restored image,
            the losses of both networks, or one sample per image, see
            :meth:`predict`.

        Raises:
            ValueError: If the mode is unknown.
        """
        if mode == 'tensor':
            return self.restore(inputs)[0]
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        raise ValueError("VCNet: mode must be 'tensor', 'loss' or 'predict', "
                         f'got {mode!r}')

    def restore(
            self,
            corrupted: Tensor,
            given_mask: Optional[Tensor] = None
    ) -> Tuple[Tensor, Tensor, Tensor]:
        """Find and repair the damage of pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            given_mask (Tensor, optional): Mask to restore instead of the
                predicted one, 1 = corrupted, 0 = intact, ``(N, 1, H, W)``,
                float.

        Returns:
            tuple[Tensor, Tensor, Tensor]: The network's image in [-1, 1],
            ``(N, 3, H, W)``, not composited; the mask that was restored, after
            a reversal, soft where it was predicted, and the predicted
            probability of 'corrupted', both in [0, 1], ``(N, 1, H, W)``;
            float32.
        """
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        padded = padding.pad(corrupted)
        logits, features = self.mask_network(padded)
        prob = at_least_float32(logits).sigmoid()
        mask = prob if given_mask is None else padding.pad(given_mask.to(prob))
        if self.reverse_mask:
            mask = 1 - mask
        image = self.inpainting_network(padded, mask, features)
        return (padding.crop(at_least_float32(image)), padding.crop(mask),
                padding.crop(prob))

    def predict(self, corrupted: Tensor, data_samples: Any) -> List[Any]:
        """Find and repair the damage; the truth is never looked at.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples. A ``given_mask``
                (1 = corrupted, ``(N, 1, H, W)``) replaces the predicted mask.

        Returns:
            list[DataSample]: The samples, each with ``input`` and ``output``,
            see :func:`~hcl_mmagic.models.predictions.to_data_samples`.

        Raises:
            HCLError: If a picture has pixels that are not numbers.
        """
        check_finite(corrupted, data_samples)
        image, mask, prob = self.restore(corrupted,
                                         data_samples.get('given_mask'))
        if self.composite:
            image = torch.where(mask > 0.5, image, corrupted)
        return to_data_samples([prob], image, corrupted, data_samples,
                               self.data_preprocessor)

    @property
    def _generator_parts(self) -> Tuple[nn.Module, ...]:
        return self.mask_network, self.inpainting_network

    def _train_forward(self, corrupted: Tensor,
                       mask: Tensor) -> Tuple[Tensor, Dict[str, Tensor]]:
        """Restored image and the loss of the predicted mask."""
        logits, features = self.mask_network(corrupted)
        losses = dict(loss_mask=self.loss_mask(logits, mask))
        if self.mask_source == 'true':
            guide, features = mask.to(corrupted), features.detach()
        else:
            guide = at_least_float32(logits).sigmoid()
        image = self.inpainting_network(corrupted, guide, features)
        return at_least_float32(image), losses

    @property
    def _is_adversarial(self) -> bool:
        """Whether this stage trains with the discriminator."""
        return (self.discriminator is not None
                and self.mask_source == 'predicted')

    def _final_image(self, restored: Tensor) -> Tensor:
        return restored

    def _image_losses(self, restored: Tensor,
                      gt_img: Tensor) -> Dict[str, Tensor]:
        losses = dict(loss_image=self.loss_image(restored, gt_img))
        if self.loss_consistency is not None:
            losses.update(self.loss_consistency(restored, gt_img))
        if self._is_adversarial:
            losses.update(
                self.loss_adversarial.generator(self.discriminator, restored))
        return losses
