"""Loss of the images that a network restores in several stages."""

from typing import Sequence

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

# Burt and Adelson's weights of a Gaussian pyramid.
PYRAMID_WEIGHTS = (0.05, 0.25, 0.4, 0.25, 0.05)


@MODELS.register_module()
class MultiStageLoss(nn.Module):
    r"""Charbonnier and edge loss of the image of every stage.

    MPRNet (`CVPR 2021 <https://arxiv.org/abs/2102.02808>`_), equations 1
    to 3: :math:`\sum_s [L_{char}(X_s, Y) + \lambda L_{edge}(X_s, Y)]`. Both
    are the mean over all values of :math:`\sqrt{d^2 + \epsilon^2}`, where
    :math:`d` is the difference of the images, or of their Laplacians.

    Args:
        edge_weight (float): Weight :math:`\lambda` of the edge loss.
        epsilon (float): The :math:`\epsilon` of both.
    """

    def __init__(self,
                 *,
                 edge_weight: float = 0.05,
                 epsilon: float = 1e-3) -> None:
        super().__init__()
        self.edge_weight = edge_weight
        # MMagic adds its eps to the square.
        self.charbonnier = MODELS.build(
            dict(type='CharbonnierLoss', eps=epsilon**2))

    def forward(self, images: Sequence[Tensor], gt_img: Tensor) -> Tensor:
        """Compare the image of every stage with the truth, each ``(N, C, H,
        W)``: a scalar."""
        edges = laplacian(gt_img)
        return sum(
            self.charbonnier(image, gt_img) +
            self.edge_weight * self.charbonnier(laplacian(image), edges)
            for image in images)


def laplacian(image: Tensor) -> Tensor:
    """What a picture ``(N, C, H, W)`` loses at half its size: the finest level
    of a Laplacian pyramid."""
    smaller = _blur(image)[..., ::2, ::2]
    enlarged = torch.zeros_like(image)
    # Three of four pixels are empty.
    enlarged[..., ::2, ::2] = 4 * smaller
    return image - _blur(enlarged)


def _blur(image: Tensor) -> Tensor:
    """A Gaussian blur with replicated borders."""
    weights = image.new_tensor(PYRAMID_WEIGHTS)
    kernel = (weights[:, None] * weights).expand(image.shape[1], 1, -1, -1)
    padded = F.pad(image, [len(weights) // 2] * 4, mode='replicate')
    return F.conv2d(padded, kernel, groups=image.shape[1])
