"""The first samples that training will see, through its real pipeline."""
from itertools import islice

import numpy as np
from mmagic.registry import DATA_SAMPLERS, DATASETS
from mmengine.config import Config
from pipeline_samples import to_rgb
from tqdm import tqdm

from hcl_mmagic.visualization.panel import PanelRow, make_panel

_CELL_SIDE = 192


def draw_samples(cfg: Config, count: int) -> list[PanelRow]:
    """Draw samples as the training loop would.

    Args:
        cfg (Config): Complete config.
        count (int): How many.

    Returns:
        list[PanelRow]: Damaged photograph, true mask and clean photograph.
    """
    loader = cfg.train_dataloader
    dataset = DATASETS.build(loader.dataset)
    sampler = DATA_SAMPLERS.build(
        loader.sampler,
        default_args=dict(
            dataset=dataset, seed=cfg.get('randomness', {}).get('seed', 0)))
    indices = islice(sampler, count)
    return [
        _to_row(dataset[index])
        for index in tqdm(indices, desc='samples', total=count, unit='')
    ]


def _to_row(sample: dict) -> PanelRow:
    truth = sample['data_samples']
    return PanelRow(
        corrupted=to_rgb(sample['inputs'], truth, 'img'),
        mask=truth.mask[0].float().numpy(),
        gt_img=to_rgb(truth.gt_img, truth, 'gt'))


def draw_sheet(rows: list[PanelRow]) -> np.ndarray:
    """Contact sheet: input, true mask and truth of each sample.

    Args:
        rows (list[PanelRow]): The samples.

    Returns:
        np.ndarray: uint8 RGB ``(H, W, 3)``.
    """
    return make_panel(rows, _CELL_SIDE)
