"""Panels of predicted samples, through MMEngine's visualizer."""
from pathlib import Path
from typing import List, Optional

import numpy as np
import torch
from mmagic.registry import VISUALIZERS
from mmengine.structures import BaseDataElement
from mmengine.visualization import Visualizer

from .panel import PanelRow, if_present, make_panel


@VISUALIZERS.register_module()
class HCLVisualizer(Visualizer):
    """Visualizer that draws each predicted sample as a panel.

    A panel shows input | true mask | detected mask | confidence | restored |
    truth; pictures that the sample lacks are left out. It goes to every
    visualization backend. Used by MMagic's ``BasicVisualizationHook``, which
    draws all samples of every k-th batch.

    Args:
        name (str): Name of the instance.
        vis_backends (List[dict], optional): Configs of the backends.
        save_dir (str, optional): Folder of the backends' files.
        max_cell_side (int): Longest side of one picture in a panel, in pixels.
    """

    def __init__(self,
                 name: str = 'visualizer',
                 *,
                 vis_backends: Optional[List[dict]] = None,
                 save_dir: Optional[str] = None,
                 max_cell_side: int = 256) -> None:
        super().__init__(
            name=name, vis_backends=vis_backends, save_dir=save_dir)
        self.max_cell_side = max_cell_side

    def add_datasample(self,
                       data_sample: BaseDataElement,
                       step: int = 0) -> None:
        """Draw one predicted sample, see :func:`sample_to_row`, filed under
        ``step``.

        The image is named after the photograph and ``sample_idx``: crops of
        one photograph do not overwrite each other, nor do photographs of one
        name in different folders. In a distributed run every process draws its
        own samples.
        """
        photograph = Path(data_sample.get('gt_path', 'sample')).stem
        panel = make_panel([sample_to_row(data_sample)], self.max_cell_side)
        for vis_backend in self._vis_backends.values():
            vis_backend.add_image(f'{photograph}_{data_sample.sample_idx}',
                                  panel, step)


def sample_to_row(data_sample: BaseDataElement) -> PanelRow:
    """The pictures of a predicted sample as RGB arrays, rounded and clipped.

    Those are, as far as present, ``input``, ``gt_img``, ``mask``,
    ``output.pred_img``, ``output.pred_mask`` and ``output.mask_prob``. Images
    are ``(3, H, W)`` BGR in [0, 255], maps ``(1, H, W)`` in [0, 1], 1 =
    corrupted.
    """
    output = data_sample.output
    return PanelRow(
        pred_img=if_present(_to_image, output.get('pred_img')),
        corrupted=if_present(_to_image, data_sample.get('input')),
        mask=if_present(_to_map, data_sample.get('mask')),
        pred_mask=if_present(_to_map, output.get('pred_mask')),
        mask_prob=if_present(_to_map, output.get('mask_prob')),
        gt_img=if_present(_to_image, data_sample.get('gt_img')))


def _to_image(image: torch.Tensor) -> np.ndarray:
    """BGR ``(3, H, W)`` in [0, 255] to uint8 RGB ``(H, W, 3)``."""
    rgb = image.detach().float().nan_to_num().flip(0).permute(1, 2, 0)
    return rgb.clamp(0, 255).round().byte().cpu().numpy()


def _to_map(values: torch.Tensor) -> np.ndarray:
    """``(1, H, W)`` to float32 ``(H, W)``."""
    return values.detach()[0].float().cpu().numpy()
