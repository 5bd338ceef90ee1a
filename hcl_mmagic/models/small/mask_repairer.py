"""MaskRepairer: a model that repairs the masks that it is given."""

from typing import Any, Dict, List, Optional, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor, nn

from ..functional import dilate
from ..padding import Padding
from ..predictions import check_finite, to_data_samples


@MODELS.register_module()
class MaskRepairer(BaseModel):
    """Repairs given masks in pictures whose damage it sees.

    Unlike the inpainting models of MMagic the network is shown what lies
    under the mask: a mark that is not opaque can be taken away instead of
    painted over. Trained with a mask that is now and then a little too large
    or too small, as detected masks are.

    Args:
        network (dict): Config of the network, such as
            :class:`~.repair_unet.RepairUNet`.
        loss_pixel (dict): Config of the loss of the pixels under the mask;
            it takes ``weight``, as MMagic's pixel losses do.
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
                 loss_pixel: dict,
                 largest_dilation: int = 2,
                 composite: bool = True,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.network = MODELS.build(network)
        self.loss_pixel = MODELS.build(loss_pixel)
        self.largest_dilation = largest_dilation
        self.composite = composite

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): The batch's stacked samples, with
                ``mask`` (1 = corrupted, 0 = intact) and, for 'loss',
                ``gt_img``.
            mode (str): 'tensor', 'loss' or 'predict'.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The repaired image,
            the losses, or one sample per image.

        Raises:
            ValueError: If the mode is unknown.
        """
        if mode == 'tensor':
            return self.repair(inputs, data_samples.mask)
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        raise ValueError("MaskRepairer: mode must be 'tensor', 'loss' or "
                         f"'predict', got {mode!r}")

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

    def loss(self, corrupted: Tensor, data_samples: Any) -> Dict[str, Tensor]:
        """Losses of a batch.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``;
                sides are multiples of the network's ``size_divisor``.
            data_samples (DataSample): Stacked samples with ``gt_img`` in
                [-1, 1] and ``mask`` (1 = corrupted, 0 = intact).

        Returns:
            dict[str, Tensor]: ``loss_pixel``, of the damaged pictures: an
            intact one has nothing to repair.
        """
        mask, truth = data_samples.mask, data_samples.gt_img
        damaged = mask.flatten(1).any(1)
        if damaged.any():
            corrupted, mask, truth = (
                part[damaged] for part in (corrupted, mask, truth))
        growth = int(torch.randint(self.largest_dilation + 1, ()))
        image, _ = self.network(corrupted, dilate(mask, growth))
        return dict(loss_pixel=self.loss_pixel(image, truth, weight=mask))

    def predict(self, corrupted: Tensor, data_samples: Any) -> List[Any]:
        """Repair the masks of a batch.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples with ``mask``
                (1 = corrupted, 0 = intact).

        Returns:
            list[DataSample]: The samples, each with ``input`` and ``output``,
            see :func:`~hcl_mmagic.models.predictions.to_data_samples`.

        Raises:
            HCLError: If a picture has pixels that are not numbers.
        """
        check_finite(corrupted, data_samples)
        mask = data_samples.mask
        image = self.repair(corrupted, mask)
        if self.composite:
            image = torch.where(mask > 0.5, image, corrupted)
        return to_data_samples([mask], image, corrupted, data_samples,
                               self.data_preprocessor)
