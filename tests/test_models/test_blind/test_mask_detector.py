"""Tests of MaskDetector's modes and of GivenMaskDetector."""

import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.registry import DefaultScope
from torch import nn

from hcl_mmagic.errors import DataNotFoundError, HCLError
from hcl_mmagic.models import GivenMaskDetector, MaskDetector

PREPROCESSOR = dict(type='DataPreprocessor')


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmagic'):
        yield


class BrightnessDetector(MaskDetector):
    """Calls bright pixels corrupted."""

    def __init__(self):
        super().__init__(data_preprocessor=PREPROCESSOR)
        self.scale = nn.Parameter(torch.ones(1))

    def mask_prob(self, corrupted, data_samples):
        return (self.scale * corrupted.mean(1, keepdim=True)).sigmoid()

    def loss(self, corrupted, mask):
        return dict(loss=(self.mask_prob(corrupted, None) - mask).abs().mean())


def sample(mask):
    """A sample as PackInputs makes it."""
    return DataSample(mask=mask, gt_img=torch.zeros(3, *mask.shape[-2:]))


def bright_half():
    """A picture of [0, 255] whose right half is white, and its mask."""
    mask = torch.zeros(1, 6, 8)
    mask[..., 4:] = 1
    return (255 * mask).expand(3, -1, -1).clone(), mask


def test_prediction_has_mask_and_confidence_of_the_detector():
    picture, mask = bright_half()
    with torch.no_grad():
        result, = BrightnessDetector().test_step(
            dict(inputs=[picture], data_samples=[sample(mask)]))
    assert torch.equal(result.output.pred_mask, mask)
    torch.testing.assert_close(result.output.mask_prob,
                               (2 * mask - 1).sigmoid())


def test_prediction_does_not_depend_on_the_true_mask():
    picture, mask = bright_half()
    detector = BrightnessDetector()
    with torch.no_grad():
        results = [
            detector.test_step(
                dict(inputs=[picture], data_samples=[sample(m)]))[0]
            for m in (mask, 1 - mask)
        ]
    assert torch.equal(results[0].output.mask_prob,
                       results[1].output.mask_prob)


def test_pictures_with_nan_are_refused():
    picture, mask = bright_half()
    picture[0, 0, 0] = float('nan')
    with pytest.raises(HCLError, match='NaN or infinite'):
        BrightnessDetector().test_step(
            dict(inputs=[picture], data_samples=[sample(mask)]))


def test_unknown_mode_is_named():
    with pytest.raises(ValueError, match="got 'train'"):
        BrightnessDetector()(torch.zeros(1, 3, 4, 4), mode='train')


def test_given_mask_is_taken_from_the_samples():
    detector = MODELS.build(dict(type='GivenMaskDetector'))
    mask = (torch.arange(24.).view(1, 1, 4, 6) % 2)
    prob = detector(torch.zeros(1, 3, 4, 6), DataSample(mask=mask))
    assert torch.equal(prob, mask)


def test_samples_without_the_mask_are_refused():
    with pytest.raises(DataNotFoundError, match="have no 'mask'"):
        GivenMaskDetector()(torch.zeros(1, 3, 4, 4), DataSample())
