"""VCNet's mask prediction network as a detector."""

import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper
from mmengine.registry import DefaultScope


@pytest.fixture
def detector():
    with DefaultScope.overwrite_default_scope('mmagic'):
        yield MODELS.build(
            dict(
                type='VCNetMaskDetector',
                mask_network=dict(type='VCNetMaskNetwork', base_channels=8),
                loss_mask=dict(type='SelfAdaptiveBCELoss'),
                data_preprocessor=dict(
                    type='DataPreprocessor', mean=[127.5] * 3,
                    std=[127.5] * 3)))


@pytest.mark.parametrize('size', [(16, 24), (17, 23), (1, 3)])
def test_pictures_of_any_size_get_a_probability(detector, size):
    prob = detector(torch.rand(2, 3, *size) * 2 - 1)
    assert prob.shape == (2, 1, *size)
    assert 0 <= prob.min() and prob.max() <= 1


def test_probability_is_the_sigmoid_of_the_log_odds(detector):
    picture = torch.rand(1, 3, 16, 16)
    torch.testing.assert_close(
        detector(picture),
        detector.mask_network(picture)[0].sigmoid())


def test_loss_is_the_self_adaptive_one_of_the_log_odds(detector):
    picture = torch.rand(1, 3, 16, 16)
    mask = (torch.rand(1, 1, 16, 16) > 0.7).float()
    losses = detector(picture, DataSample(mask=mask), mode='loss')
    logits, _ = detector.mask_network(picture)
    assert losses == dict(loss_mask=detector.loss_mask(logits, mask))


def test_it_learns_to_find_bright_pixels(detector):
    """Through the toolbox's own training step, on pictures of [0, 255]."""
    wrapper = OptimWrapper(torch.optim.Adam(detector.parameters(), lr=1e-2))
    mask = torch.zeros(1, 16, 16)
    mask[:, 4:12, 4:12] = 1
    picture = 100 + 100 * mask.expand(3, -1, -1)
    data = dict(
        inputs=[picture],
        data_samples=[DataSample(mask=mask, gt_img=torch.zeros(3, 16, 16))])
    for _ in range(25):
        log = detector.train_step(data, wrapper)
    assert log['loss_mask'] < 0.1
    with torch.no_grad():
        result, = detector.test_step(data)
    assert torch.equal(result.output.pred_mask, mask)
