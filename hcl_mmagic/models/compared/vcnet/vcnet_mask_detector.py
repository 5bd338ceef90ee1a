"""VCNet's mask prediction network as a detector of its own."""

from typing import Any, Dict, Optional, Union

from mmagic.registry import MODELS
from torch import Tensor, nn

from ...blind import MaskDetector
from ...functional import at_least_float32
from ...pictures import Padding


@MODELS.register_module()
class VCNetMaskDetector(MaskDetector):
    """Predicts masks as VCNet does, and repairs nothing.

    The first training stage of VCNet's mask prediction network alone (section
    3.2 of the paper). Its weights lie under the same names as in
    :class:`~hcl_mmagic.models.VCNet`.

    Args:
        mask_network (dict): Config of the mask prediction network.
        loss_mask (dict): Config of the loss of its log-odds.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    def __init__(self,
                 *,
                 mask_network: dict,
                 loss_mask: dict,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.mask_network = MODELS.build(mask_network)
        self.loss_mask = MODELS.build(loss_mask)
        # Distributed training wraps the network, which hides its attributes.
        self.size_divisor = self.mask_network.size_divisor

    def mask_prob(self,
                  corrupted: Tensor,
                  data_samples: Optional[Any] = None) -> Tensor:
        """See :class:`~...blind.MaskDetector`."""
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        logits, _ = self.mask_network(padding.pad(corrupted))
        return padding.crop(at_least_float32(logits).sigmoid())

    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        """``loss_mask``, the self-adaptive cross-entropy; the sides of the
        pictures are multiples of ``size_divisor``."""
        logits, _ = self.mask_network(corrupted)
        return dict(loss_mask=self.loss_mask(logits, mask))
