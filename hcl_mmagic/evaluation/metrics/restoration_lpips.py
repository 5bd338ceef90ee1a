"""Perceptual distance of restored image and truth."""
import copy
from pathlib import Path
from typing import Any, List

from mmagic.registry import METRICS
from torch import nn

from hcl_mmagic.errors import ConfigError
from ..backbones import LPIPS_FILES, load_lpips, lpips_places
from ..functional import region_mean, region_suffix
from .backbone_metric import BackboneMetric
from .binned_metric import Row, get_array

MIN_SIDE = 32
"""The networks shrink smaller pictures to nothing."""


@METRICS.register_module()
class RestorationLPIPS(BackboneMetric):
    """LPIPS by region, with the network of the lpips package.

    Zhang et al., `The Unreasonable Effectiveness of Deep Features as a
    Perceptual Metric <https://arxiv.org/abs/1801.03924>`_, version 0.1. The
    distance of each image is averaged over the images; lower is better. For
    a region it is the mean over its pixels of the map that lpips gives with
    ``spatial=True``; an image without the region, or with a side below 32
    pixels, is left out.

    Result keys: ``LPIPS``, ``LPIPS_inside`` and ``LPIPS_outside``.

    Args:
        net (str): 'alex' (the paper's code), 'vgg' or 'squeeze'.
        **kwargs: See :class:`BackboneMetric`.

    Raises:
        ConfigError: If there is no such network.
    """

    metric = 'LPIPS'

    def __init__(self, *, net: str = 'alex', **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if net not in LPIPS_FILES:
            raise ConfigError(f'net of RestorationLPIPS must be one of '
                              f'{", ".join(LPIPS_FILES)}, but got {net}')
        self.net = net

    def get_places(self) -> List[Path]:
        """Where torchvision keeps the weights."""
        return lpips_places(self.net)

    def build_backbone(self, path: Path) -> nn.Module:
        """Networks that share the weights of torchvision's file: ``whole``
        returns a distance, ``spatial`` a map."""
        whole = load_lpips(self.net, path)
        spatial = copy.copy(whole)
        spatial.spatial = True
        return nn.ModuleDict(dict(whole=whole, spatial=spatial))

    def score_sample(self, data_sample: dict) -> Row:
        """Distances of one restored image."""
        images = [
            self.to_rgb(image) / 127.5 - 1
            for image in (get_array(data_sample['output'], 'pred_img'),
                          get_array(data_sample, 'gt_img'))
        ]
        regions = self.get_regions(data_sample)
        scores: Row = {f'LPIPS{region_suffix(name)}': None for name in regions}
        if min(images[0].shape[2:]) < MIN_SIDE:
            return scores
        if 'whole' in regions:
            scores['LPIPS'] = float(self.backbone['whole'](*images))
            del regions['whole']
        if regions:
            distances = self.backbone['spatial'](*images)[0, 0].cpu().numpy()
            for region, pixels in regions.items():
                scores[f'LPIPS{region_suffix(region)}'] = region_mean(
                    distances, pixels)
        return scores
