"""Loading of photographs that are used over and over."""
from typing import Optional

from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from hcl_mmagic.datasets.image_files import read_resized


@TRANSFORMS.register_module()
class LoadResizedPhotograph(BaseTransform):
    """Load and resize a photograph, remembering the last 16.

    For a handful of large photographs, as in the quickstart, where decoding
    would take longer than all the rest. Folders of any size are better
    served by MMagic's LoadImageFromFile and Resize.

    Required Keys:

    - gt_path

    Added Keys:

    - gt (uint8 ``(H, W, 3)``, 0 to 255, RGB)
    - ori_gt_shape, gt_channel_order, gt_color_type

    Args:
        short_side (int, optional): Length of the shorter side. By default
            the photograph keeps its size.
    """

    def __init__(self, *, short_side: Optional[int] = None) -> None:
        self.short_side = short_side

    def transform(self, results: dict) -> dict:
        """Add ``results['gt']``.

        Args:
            results (dict): See Required Keys.

        Returns:
            dict: See Added Keys.
        """
        gt = read_resized(results['gt_path'], self.short_side).copy()
        results['gt'] = gt
        results['ori_gt_shape'] = gt.shape
        results['gt_channel_order'] = 'rgb'
        results['gt_color_type'] = 'color'
        return results
