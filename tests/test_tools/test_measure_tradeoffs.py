"""What faster ways of restoring cost, on a model of a few channels."""
import json
from pathlib import Path
from typing import Callable

import pytest
import torch
from mmagic.registry import MODELS
from mmengine import Config
from mmengine.registry import init_default_scope

TOOL = 'analysis_tools/measure_tradeoffs.py'


@pytest.fixture
def checkpoint(tiny_config: Path) -> Path:
    init_default_scope('mmagic')
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(tiny_config).model)
    path = tiny_config.with_name('tiny.pth')
    torch.save(dict(state_dict=model.state_dict()), path)
    return path


@pytest.mark.slow
def test_every_way_is_compared_with_the_plain_one(run_tool: Callable,
                                                  tiny_config: Path,
                                                  checkpoint: Path) -> None:
    run_tool(TOOL, tiny_config, checkpoint, '--size', 128, '--damage', 0.02,
             0.6, '--context', 32, '--images', 2, '--repeats', 1, '--json',
             'rows.json')
    bf16, *rows = json.loads(Path('rows.json').read_text())
    # Fresh weights tell the pixels apart by less than bf16 resolves.
    assert 0.5 < bf16['equal_mask_share'] < 1
    assert abs(bf16['psnr_fp32'] - bf16['psnr_bf16']) < 3
    assert [(row['damage'], row['repair_context'])
            for row in rows] == [(0.02, None), (0.02, 32), (0.6, None),
                                 (0.6, 32)]
    whole, region, mostly_damaged, all_of_it = rows
    assert whole['speed_up'] == mostly_damaged['speed_up'] == 1
    # Nearly the same picture from a region, the very same from all of it.
    assert region['psnr_to_whole_repair'] > 40
    assert all_of_it['psnr_to_whole_repair'] is None
    assert abs(region['psnr_inside'] - whole['psnr_inside']) < 0.1


def test_a_share_that_is_none_is_told(run_tool: Callable, tiny_config: Path,
                                      capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, tiny_config, '--damage', 5)
    assert capsys.readouterr().err.splitlines()[-1] == (
        'Error: --damage takes shares between 0 and 1')
