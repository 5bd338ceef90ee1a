"""MaskDetector: what every detector of damage shares, beside HCL's own."""

from abc import ABCMeta, abstractmethod
from typing import Any, Dict, List, Optional, Union

from mmagic.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor, nn

from ...errors import DataNotFoundError
from ..predictions import check_finite, to_data_samples


class MaskDetector(BaseModel, metaclass=ABCMeta):
    """Finds the corrupted pixels of pictures and repairs nothing.

    It is trained and tested alone, or finds the masks of
    :class:`~hcl_mmagic.models.BlindInpaintor`. There an
    :class:`~hcl_mmagic.models.HCLRestorer` without a decoder does the same,
    because its ``forward`` has the same three modes.

    Args:
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    def __init__(self,
                 *,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)

    @abstractmethod
    def mask_prob(self, corrupted: Tensor,
                  data_samples: Optional[Any]) -> Tensor:
        """Probability of 'corrupted' of pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): Stacked samples. Whoever
                detects leaves them alone.

        Returns:
            Tensor: ``(N, 1, H, W)`` in [0, 1], float32.
        """

    @abstractmethod
    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        """What training minimises.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float.

        Returns:
            dict[str, Tensor]: Every loss, weighted.
        """

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): The batch's stacked samples.
                ``loss`` reads ``mask`` (1 = corrupted).
            mode (str): 'tensor', 'loss' or 'predict'.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The probability of
            'corrupted' in [0, 1], ``(N, 1, H, W)``, float32; the losses; or
            one sample per image, see
            :func:`~hcl_mmagic.models.predictions.to_data_samples`.

        Raises:
            ValueError: If the mode is unknown.
            HCLError: If a picture to predict has pixels that are not numbers.
        """
        if mode == 'tensor':
            return self.mask_prob(inputs, data_samples)
        if mode == 'loss':
            return self.loss(inputs, data_samples.mask.float())
        if mode == 'predict':
            check_finite(inputs, data_samples)
            prob = self.mask_prob(inputs, data_samples)
            return to_data_samples([prob], None, inputs, data_samples,
                                   self.data_preprocessor)
        raise ValueError(f"{type(self).__name__}: mode must be 'tensor', "
                         f"'loss' or 'predict', got {mode!r}")


@MODELS.register_module()
class GivenMaskDetector(MaskDetector):
    """Takes the mask that the data samples bring instead of finding one.

    The row 'groundtruth' of the paper's Table 2: what an inpainting model
    reaches when nothing has to be found.

    Args:
        key (str): Where the samples have their mask (1 = corrupted,
            0 = intact): 'mask', the true one, or 'given_mask'.
        data_preprocessor (dict, optional): Config of the data preprocessor.
    """

    def __init__(
            self,
            key: str = 'mask',
            data_preprocessor: Optional[Union[dict,
                                              nn.Module]] = None) -> None:
        super().__init__(data_preprocessor=data_preprocessor)
        self.key = key

    def mask_prob(self, corrupted: Tensor,
                  data_samples: Optional[Any]) -> Tensor:
        """The mask of the samples.

        Args:
            corrupted (Tensor): Damaged images, ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples with the mask.

        Returns:
            Tensor: 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float32.

        Raises:
            DataNotFoundError: If the samples have no mask.
        """
        mask = None if data_samples is None else data_samples.get(self.key)
        if mask is None:
            raise DataNotFoundError(
                f"GivenMaskDetector: the samples have no '{self.key}': add "
                'masks to the data, or take a detector that finds them')
        return (mask.to(corrupted) > 0.5).float()

    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        """There is nothing to learn.

        Args:
            corrupted (Tensor): Damaged images, ``(N, 3, H, W)``.
            mask (Tensor): True mask, ``(N, 1, H, W)``.

        Returns:
            dict[str, Tensor]: No losses.
        """
        return {}
