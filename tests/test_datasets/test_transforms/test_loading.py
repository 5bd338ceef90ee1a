"""Tests of hcl_mmagic/datasets/transforms/loading.py."""
import numpy as np
from mmagic.datasets.transforms import LoadImageFromFile, Resize

from hcl_mmagic.datasets.transforms import LoadResizedPhotograph


def test_equals_loading_and_resizing_by_mmagic(save_images):
    path = str(save_images('clean', 1, size=(60, 90)) / '000.jpg')
    results = LoadResizedPhotograph(short_side=20)(dict(gt_path=path))
    expected = LoadImageFromFile('gt', channel_order='rgb')(dict(gt_path=path))
    expected = Resize(['gt'], (-1, 20), True, backend='pillow')(expected)
    # PIL and OpenCV decode JPEG files to slightly different values
    difference = np.abs(results['gt'].astype(int) - expected['gt'])
    assert results['gt'].shape == (20, 30, 3) and difference.max() <= 2
    for key in ('gt_channel_order', 'gt_color_type'):
        assert results[key] == expected[key]


def test_later_transforms_cannot_change_the_remembered_picture(save_images):
    path = str(save_images('clean', 1) / '000.jpg')
    first = LoadResizedPhotograph()(dict(gt_path=path))['gt']
    kept = first.copy()
    first[:] = 0
    second = LoadResizedPhotograph()(dict(gt_path=path))['gt']
    assert (second == kept).all()
