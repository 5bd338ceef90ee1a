"""VCNet's losses on the features of a VGG-19."""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor

from ..functional import at_least_float32, id_mrf_distance
from .feature_loss import FeatureLoss


@MODELS.register_module()
class ConsistencyLoss(FeatureLoss):
    """Semantic and texture consistency (VCNet section 3.3).

    The semantic term is the L1 distance of the features after ReLU 3_2, here
    averaged over channels and pixels. The texture term is ID-MRF, see
    :func:`~hcl_mmagic.models.functional.id_mrf_distance`; the paper does not
    name its layers, so it takes the same features. Nothing is ever
    downloaded, and the weights are read when the first loss is computed.

    Args:
        semantic_weight (float): Weight of the semantic term; 0 leaves it out.
        texture_weight (float): Weight of the texture term, likewise.
        max_texture_pixels (int): Where the features have more pixels, so many
            random ones of them stand for all, as every two are compared.
        checkpoint (str, optional): Local file of the VGG, see
            :class:`~.feature_loss.FeatureLoss`.
        required (bool): See there.
    """
    LAYER = 'relu3_2'

    def __init__(self,
                 *,
                 semantic_weight: float = 1e-4,
                 texture_weight: float = 1e-3,
                 max_texture_pixels: int = 4096,
                 checkpoint: Optional[str] = None,
                 required: bool = False) -> None:
        layers = [self.LAYER] if semantic_weight or texture_weight else []
        super().__init__(
            'vgg19', layers, checkpoint=checkpoint, required=required)
        self.semantic_weight = semantic_weight
        self.texture_weight = texture_weight
        self.max_texture_pixels = max_texture_pixels

    def forward(self, image: Tensor, gt_img: Tensor) -> Dict[str, Tensor]:
        """Compare an image with the true one, both in [-1, 1],
        ``(N, 3, H, W)``: ``loss_semantic`` and ``loss_texture``, weighted,
        without those of weight 0."""
        losses: Dict[str, Tensor] = {}
        if not self.has_features(gt_img):
            return losses
        features = self._features(image)
        with torch.no_grad():
            truth = self._features(gt_img)
        if self.semantic_weight:
            losses['loss_semantic'] = self.semantic_weight * F.l1_loss(
                features, truth)
        if self.texture_weight:
            pixels, references = self._sample(features, truth)
            losses['loss_texture'] = self.texture_weight * id_mrf_distance(
                pixels, references).mean()
        return losses

    def _features(self, image: Tensor) -> Tensor:
        """Features after ReLU 3_2, ``(N, 256, H / 4, W / 4)``."""
        found = self.features(image, self.layers)
        return at_least_float32(found[self.LAYER])

    def _sample(self, *maps: Tensor) -> List[Tensor]:
        """The same pixels of every map, all or randomly chosen ones, as maps
        of one row."""
        flat = [item.flatten(2) for item in maps]
        num_pixels = flat[0].shape[2]
        if num_pixels > self.max_texture_pixels:
            chosen = torch.randperm(
                num_pixels, device=flat[0].device)[:self.max_texture_pixels]
            flat = [item[..., chosen] for item in flat]
        return [item[:, :, None] for item in flat]
