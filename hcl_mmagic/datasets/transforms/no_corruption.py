"""Photographs that stay as they are."""
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .corruption import check_photograph, finish_corruption


@TRANSFORMS.register_module()
class NoCorruption(BaseTransform):
    """Damage nothing, for a share of a mixture.

    A detector that has seen damage in every picture of its training expects
    some in every photograph. Keys: see :class:`CorruptionPattern`; ``img`` is
    a copy of ``gt``, ``mask`` and ``alpha`` are 0, ``corruption`` is 'no'.
    """

    def transform(self, results: dict) -> dict:
        """Add ``img``, ``mask``, ``alpha`` and ``corruption``, see Added Keys.
        """
        gt = results['gt']
        check_photograph(gt, results.get('gt_path', 'gt'))
        results['img'] = gt.copy()
        results['mask'] = np.zeros((*gt.shape[:2], 1), np.float32)
        results['alpha'] = results['mask'].copy()
        return finish_corruption(results, self)
