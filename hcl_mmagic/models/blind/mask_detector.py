"""MaskDetector: what every detector of damage shares, beside HCL's own."""

from abc import abstractmethod
from typing import Any, Dict, Optional, Union

from mmagic.registry import MODELS
from torch import Tensor, nn

from ...errors import DataNotFoundError
from ..damage_model import DamageModel
from ..pictures import Restoration


class MaskDetector(DamageModel):
    """Finds the corrupted pixels of pictures and repairs nothing.

    It is trained and tested alone, or finds the masks of
    :class:`~hcl_mmagic.models.BlindInpaintor`. There an
    :class:`~hcl_mmagic.models.HCLRestorer` without a decoder does the same.

    Args:
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    def __init__(self,
                 *,
                 data_preprocessor: Union[dict, nn.Module, None] = None,
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

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`DamageModel`; without an image."""
        prob = self.mask_prob(corrupted, data_samples)
        return Restoration((prob > self.mask_threshold).float(), (prob, ))

    def loss_of_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Dict[str, Tensor]:
        """See :class:`DamageModel`."""
        return self.loss(corrupted, data_samples.mask.float())


@MODELS.register_module()
class GivenMaskDetector(MaskDetector):
    """Takes the true mask of the data samples instead of finding one.

    The row 'groundtruth' of the paper's Table 2: what an inpainting model
    reaches when nothing has to be found.

    Args:
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    def mask_prob(self, corrupted: Tensor,
                  data_samples: Optional[Any]) -> Tensor:
        """The samples' ``mask``, 1 = corrupted, 0 = intact,
        ``(N, 1, H, W)``, float32.

        Raises:
            DataNotFoundError: If the samples have none.
        """
        mask = None if data_samples is None else data_samples.get('mask')
        if mask is None:
            raise DataNotFoundError(
                "GivenMaskDetector: the samples have no 'mask': add masks to "
                'the data, or take a detector that finds them')
        return (mask.to(corrupted) > 0.5).float()

    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        """None: there is nothing to learn."""
        return {}
