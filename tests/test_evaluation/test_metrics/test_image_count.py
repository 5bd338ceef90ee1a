"""ImageCount, at the edges of the bins."""
import numpy as np

from hcl_mmagic.evaluation import ImageCount


def count(*ratios, **settings):
    metric = ImageCount(**settings)
    for ratio in ratios:
        mask = np.zeros((1, 10, 10), np.float32)
        mask.ravel()[:ratio] = 1
        metric.process(None, [dict(mask=mask)])
    return metric.compute_metrics(metric.results)


def test_images_are_counted_by_bin():
    assert count(
        0, 20, 21, 60, ratio_bins=[(0, 20), (20, 60)]) == {
            'num_images': 4,
            'num_images@0-20': 1,
            'num_images@20-60': 2
        }


def test_without_bins_no_mask_is_needed():
    metric = ImageCount()
    metric.process(None, [{}, {}])
    assert metric.compute_metrics(metric.results) == {'num_images': 2}


def test_an_empty_bin_is_told_once(capsys):
    bins = [(0, 20), (40, 60)]
    assert count(10, ratio_bins=bins + bins)['num_images@40-60'] == 0
    assert capsys.readouterr().out.count('mask ratio of 40-60 percent') == 1
