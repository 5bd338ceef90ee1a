"""Self-adaptive binary cross-entropy of VCNet's mask prediction."""

import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ..functional import at_least_float32


@MODELS.register_module()
class SelfAdaptiveBCELoss(nn.Module):
    r"""Cross-entropy that balances the two classes of every image.

    VCNet section 3.2: with the share :math:`\tau` of intact pixels, corrupted
    pixels p cost :math:`-\tau \log \hat M_p` and intact ones
    :math:`-(1 - \tau) \log(1 - \hat M_p)`, so both classes have the same say
    however large the damage is. The paper sums over the pixels; here they are
    averaged, so that the weight of the loss does not depend on their number.

    At the limits one class is missing and the weight of the other is 0: an
    image without damage, or all damaged, costs nothing and teaches nothing.

    Args:
        loss_weight (float): Weight of the loss.
    """

    def __init__(self, *, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, logits: Tensor, mask: Tensor) -> Tensor:
        """Compare log-odds of 'corrupted' with the true mask, 1 = corrupted,
        both ``(N, 1, H, W)``: a weighted scalar."""
        logits = at_least_float32(logits)
        mask = mask.to(logits)
        intact_share = 1 - mask.mean(dim=(1, 2, 3), keepdim=True)
        weight = intact_share * mask + (1 - intact_share) * (1 - mask)
        return self.loss_weight * F.binary_cross_entropy_with_logits(
            logits, mask, weight=weight)
