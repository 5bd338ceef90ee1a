"""Photographs that stay as they are."""
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .corruption import check_photograph, finish_corruption


@TRANSFORMS.register_module()
class NoCorruption(BaseTransform):
    """Damage nothing, for a share of a mixture.

    A detector that has seen damage in every picture of its training expects
    some in every photograph.

    Required Keys:

    - gt (uint8, or float32 from 0 to 255; ``(H, W, 3)``)
    - gt_path, gt_channel_order, gt_color_type (optional)

    Added Keys:

    - img (a copy of gt)
    - mask, alpha (float32 ``(H, W, 1)``, all 0 = intact)
    - corruption ('no')
    - img_channel_order, img_color_type (if gt has them)
    """

    def transform(self, results: dict) -> dict:
        """Add ``img``, ``mask``, ``alpha`` and ``corruption``.

        Args:
            results (dict): See Required Keys.

        Returns:
            dict: See Added Keys.

        Raises:
            ValueError: If gt is no colour picture or holds NaN or infinity.
        """
        gt = results['gt']
        check_photograph(gt, results.get('gt_path', 'gt'))
        results['img'] = gt.copy()
        results['mask'] = np.zeros((*gt.shape[:2], 1), np.float32)
        results['alpha'] = results['mask'].copy()
        return finish_corruption(results, self)
