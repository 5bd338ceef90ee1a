"""Losses of networks that separate a watermark: BVMR, Split-then-Refine."""

from typing import Dict, Iterable, Optional

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from ...losses import FeatureLoss
from .output import DirectOutput

VGG_LAYERS = ('pool1', 'pool2', 'pool3')
# Of structural similarity, for values in [0, 1].
WINDOW, SIGMA, LUMINANCE, CONTRAST = 11, 1.5, 0.01**2, 0.03**2


@MODELS.register_module()
class WatermarkLayersLoss(FeatureLoss):
    r"""Image and watermark under the mask, and the mask itself.

    BVMR (CVPR 2019), section 3: with the true mask M,
    :math:`\lambda \sum M |I - I'| / \sum M` of image and motif, and the
    cross-entropy of the mask. ``whole=True`` adds what Split-then-Refine
    (AAAI 2021) does: the difference of the pictures under the mask that each
    has, that of the whole picture, its structural similarity and its features
    in a VGG-16. Without the VGG's file training goes on without the last one.

    Both papers compare the watermark with the mark that was drawn. The data
    here do not hold it: the truth is half the difference of damaged and clean
    picture, in [-1, 1], which is the mark's own for a mark that adds light.

    Args:
        image_weight (float): Of the losses of the images.
        layer_weight (float): Of those of the watermark.
        mask_weight (float): Of the mask's.
        whole (bool): See above.
        similarity_weight (float): Of the structural dissimilarity.
        perceptual_weight (float): Of the features.
        checkpoint (str, optional): Local file of the VGG-16, see
            :class:`~..losses.FeatureLoss`.
    """

    def __init__(self,
                 *,
                 image_weight: float = 2.,
                 layer_weight: float = 1.,
                 mask_weight: float = 1.,
                 whole: bool = False,
                 similarity_weight: float = 0.15,
                 perceptual_weight: float = 0.025,
                 checkpoint: Optional[str] = None) -> None:
        super().__init__(
            'vgg16',
            VGG_LAYERS if whole and perceptual_weight else (),
            checkpoint=checkpoint,
            required=False)
        self.image_weight = image_weight
        self.layer_weight = layer_weight
        self.mask_weight = mask_weight
        self.whole = whole
        self.similarity_weight = similarity_weight
        self.perceptual_weight = perceptual_weight

    def forward(self, output: DirectOutput, corrupted: Tensor, gt_img: Tensor,
                mask: Tensor) -> Dict[str, Tensor]:
        """Weighted losses of a network's output against the truth in [-1, 1],
        ``(N, 3, H, W)``, and the mask, ``(N, 1, H, W)``."""
        assert output.layer is not None
        layer = (corrupted - gt_img) / 2
        prob = output.mask_logits[0].sigmoid()
        image_loss = _total(
            self._under_mask(image, gt_img, mask, prob)
            for image in output.images)
        layer_loss = self._under_mask(output.layer, layer, mask, prob)
        losses = dict(
            loss_layer=self.layer_weight * layer_loss,
            loss_mask=self.mask_weight *
            F.binary_cross_entropy_with_logits(output.mask_logits[0], mask))
        if self.whole:
            pasted = [
                torch.lerp(gt_img, image, mask) for image in output.images
            ]
            image_loss = image_loss + _total(
                F.l1_loss(image, gt_img) for image in pasted)
            losses['loss_similarity'] = self.similarity_weight * _total(
                1 - structural_similarity((image + 1) / 2, (gt_img + 1) / 2)
                for image in pasted)
            if self.has_features(gt_img):
                losses['loss_perceptual'] = self.perceptual_weight * _total(
                    self._perceptual(image, gt_img) for image in pasted)
        return dict(losses, loss_image=self.image_weight * image_loss)

    def _under_mask(self, image: Tensor, truth: Tensor, mask: Tensor,
                    prob: Tensor) -> Tensor:
        """Difference inside the true mask, per pixel of it."""
        total = ((image - truth).abs() * mask).sum(dim=(1, 2, 3))
        loss = (total / mask.sum(dim=(1, 2, 3)).clamp(min=1)).mean()
        if self.whole:
            loss = loss + F.l1_loss(image * prob, truth * mask)
        return loss

    def _perceptual(self, image: Tensor, gt_img: Tensor) -> Tensor:
        found = self.features(image, self.layers)
        with torch.no_grad():
            truth = self.features(gt_img, self.layers)
        return _total(
            F.l1_loss(found[name], truth[name]) for name in self.layers)


def _total(losses: Iterable[Tensor]) -> Tensor:
    return torch.stack([*losses]).sum()


def structural_similarity(image: Tensor, truth: Tensor) -> Tensor:
    """Mean SSIM of pictures in [0, 1], ``(N, C, H, W)``: a scalar; windows
    that reach over the border are left out."""
    offsets = torch.arange(WINDOW).to(image) - WINDOW // 2
    weights = (-offsets.square() / (2 * SIGMA**2)).exp()
    weights = weights / weights.sum()
    channels = image.shape[1]
    kernel = (weights[:, None] * weights).expand(channels, 1, -1, -1)

    def blur(values: Tensor) -> Tensor:
        return F.conv2d(values, kernel, groups=channels)

    means = blur(image), blur(truth)
    variances = (blur(image * image) - means[0]**2,
                 blur(truth * truth) - means[1]**2)
    covariance = blur(image * truth) - means[0] * means[1]
    return ((2 * means[0] * means[1] + LUMINANCE) *
            (2 * covariance + CONTRAST) /
            ((means[0]**2 + means[1]**2 + LUMINANCE) *
             (variances[0] + variances[1] + CONTRAST))).mean()
