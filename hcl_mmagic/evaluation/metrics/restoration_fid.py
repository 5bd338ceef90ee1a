"""Distance of the distributions of restored images and truths."""
import logging
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import torch
from mmagic.registry import METRICS
from mmengine.logging import print_log
from torch import nn

from hcl_mmagic.errors import ConfigError
from ..backbones import inception_places, load_inception
from ..functional import frechet_distance, region_suffix
from .backbone_metric import BackboneMetric
from .binned_metric import Row, get_array


@METRICS.register_module()
class RestorationFID(BackboneMetric):
    """FID of the restored images against the truths, by region.

    Heusel et al., `GANs Trained by a Two Time-Scale Update Rule
    <https://arxiv.org/abs/1706.08500>`_. Lower is better. Images are rounded
    to 8 bits, as in the files that other programs score. For a region, the
    restored image keeps only that region and takes the other one from the
    truth: ``FID_inside`` sees what was done to the corrupted pixels,
    ``FID_outside`` what was done to the intact ones. The truth around the
    region makes both smaller than they would be for crops, so they compare
    methods on one test set, and nothing else.

    MMagic's ``FID`` compares one set of generated images with a data set; this
    one needs pairs, regions and bins, and shares its networks.

    Every sample's features are kept until the end: 8 kB for the truth and for
    each region, 32 MB for 1,000 images and three regions.

    Result keys: ``FID``, ``FID_inside`` and ``FID_outside``; NaN, and a line
    that says so, for fewer than ``min_images`` images.

    Args:
        min_images (int): With fewer images the number says more about their
            number than about the images.
        **kwargs: See :class:`BackboneMetric`.

    Raises:
        ConfigError: If ``min_images`` is below 2.
    """

    metric = 'FID'

    def __init__(self, *, min_images: int = 100, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if min_images < 2:
            raise ConfigError('min_images of RestorationFID must be at least '
                              f'2, but got {min_images}')
        self.min_images = min_images

    def get_places(self) -> List[Path]:
        """Where other programs keep the network."""
        return inception_places()

    def build_backbone(self, path: Path) -> nn.Module:
        """Read the network from one of the files of ``load_inception``."""
        return load_inception(path)

    def score_sample(self, data_sample: dict) -> Row:
        """float32 features ``(D, )`` of 'truth' and of each region."""
        gt_img = get_array(data_sample, 'gt_img')
        pred_img = get_array(data_sample['output'], 'pred_img')
        images = {'truth': gt_img}
        for region, pixels in self.get_regions(data_sample).items():
            images[region] = pred_img if pixels is None else np.where(
                pixels != 0, pred_img, gt_img)
        batch = torch.cat([self.to_rgb(image) for image in images.values()])
        features = self.backbone(batch.round().clamp(0, 255).byte())
        return dict(zip(images, features.float().cpu().numpy()))

    def summarize(self, rows: List[Row], suffix: str = '') -> Dict[str, float]:
        """FID of each region by key."""
        keys = {f'FID{region_suffix(region)}': region
                for region in self.regions}  # yapf: disable
        if len(rows) < self.min_images:
            print_log(
                f'FID{suffix} needs at least {self.min_images} images '
                f'(min_images), but there are {len(rows)}: null.',
                logger='current',
                level=logging.WARNING)
            return dict.fromkeys(keys, float('nan'))
        truth = np.stack([row['truth'] for row in rows])
        return {
            key:
            frechet_distance(np.stack([row[region] for row in rows]), truth)
            for key, region in keys.items()
        }
