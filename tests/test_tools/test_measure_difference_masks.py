"""Tests of tools/analysis_tools/measure_difference_masks.py."""
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.lab.corruptions import difference_masks as tool


def test_the_table_falls_and_rises_with_the_threshold(run_tool: Callable,
                                                      capsys, tmp_path: Path):
    run_tool('analysis_tools/measure_difference_masks.py', '--count', 2,
             '--figure', tmp_path / 'masks.png')
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('2 photographs')
    assert lines[2] == '| files | 5 | 10 | 15 | 20 | 30 | 40 | 60 |'
    rows = {
        cells[1].strip(): [float(cell) for cell in cells[2:-1]]
        for cells in (line.split('|') for line in lines[4:])
    }
    assert len(rows) == 8
    # JPEG compression is taken for damage below the default threshold only.
    assert rows['JPEG 75'][0] < rows['JPEG 75'][3] - 0.05
    assert abs(rows['PNG'][3] - rows['JPEG 75'][3]) < 0.05
    assert rows['JPEG 90, 10 levels brighter'][0] < 0.4
    assert Image.open(tmp_path / 'masks.png').width > 800


def test_the_iou_is_that_of_sets():
    rng = np.random.default_rng(0)
    found, mask = rng.random((2, 9, 7)) > 0.5
    pixels, truth = (set(zip(*np.nonzero(part))) for part in (found, mask))
    expected = len(pixels & truth) / len(pixels | truth)
    assert tool.measure_iou(found, mask[..., None]) == pytest.approx(expected)


def test_means_are_taken_over_the_photographs():
    count = len(tool.THRESHOLDS)
    rows = list(tool.format_table({'PNG': [[0.5] * count, [1.] * count]}))
    assert rows[2] == '| PNG |' + ' 0.75 |' * count


def test_a_stored_file_keeps_the_order_of_the_channels():
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 200
    assert np.abs(tool.store(red, 95).astype(int) - red).max() < 10
    assert tool.store(red, None) is red
