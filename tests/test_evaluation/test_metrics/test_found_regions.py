"""FoundRegions against the function."""
import numpy as np
import pytest
import torch

from hcl_mmagic.evaluation import FoundRegions
from hcl_mmagic.evaluation.functional import found_region_scores


def test_scores_are_means_over_the_images_that_have_them() -> None:
    masks = np.random.rand(3, 2, 1, 20, 30) > 0.9
    masks[0, 1] = False  # an intact image
    masks[1, 0] = False  # in which nothing is found
    metric = FoundRegions(prefix='text')
    for pred, true in masks:
        metric.process(None, [
            dict(
                mask=torch.tensor(true).float(),
                output=dict(pred_mask=torch.tensor(pred).float()))
        ])
    found = metric.compute_metrics(metric.results)
    rows = [found_region_scores(pred[0], true[0]) for pred, true in masks]
    for key in rows[0]:
        values = [row[key] for row in rows if row[key] is not None]
        assert found[key] == pytest.approx(np.mean(values))
    assert found['Altered'] == pytest.approx(2 / 3)
