"""The loss of several stages, against numpy and scipy."""

import numpy as np
import torch
from scipy import ndimage

from hcl_mmagic.models import MultiStageLoss
from hcl_mmagic.models.losses.multi_stage_loss import laplacian

EPSILON = 1e-3
WEIGHTS = [0.05, 0.25, 0.4, 0.25, 0.05]


def _reference_blur(image):
    for axis in (2, 3):
        image = ndimage.correlate1d(image, WEIGHTS, axis, mode='nearest')
    return image


def _reference_laplacian(image):
    enlarged = np.zeros_like(image)
    for row in range(0, image.shape[2], 2):
        for column in range(0, image.shape[3], 2):
            enlarged[:, :, row,
                     column] = 4 * _reference_blur(image)[:, :, row, column]
    return image - _reference_blur(enlarged)


def _reference_charbonnier(difference):
    return np.sqrt(difference**2 + EPSILON**2).mean()


def test_the_laplacian_is_scipys():
    image = torch.rand(2, 3, 7, 10, dtype=torch.float64)
    np.testing.assert_allclose(
        laplacian(image), _reference_laplacian(image.numpy()), atol=1e-12)


def test_equal_images_cost_epsilon_times_the_weights():
    image = torch.rand(1, 3, 8, 8, dtype=torch.float64)
    loss = MultiStageLoss(edge_weight=0.05, epsilon=EPSILON)
    np.testing.assert_allclose(loss([image], image), 1.05 * EPSILON)


def test_the_loss_is_the_sum_over_the_stages():
    images = torch.rand(3, 2, 3, 8, 12, dtype=torch.float64)
    truth = torch.rand(2, 3, 8, 12, dtype=torch.float64)
    expected = 0.
    for image in images.numpy():
        edges = _reference_laplacian(image) \
            - _reference_laplacian(truth.numpy())
        expected += _reference_charbonnier(image - truth.numpy())
        expected += 0.05 * _reference_charbonnier(edges)
    np.testing.assert_allclose(MultiStageLoss()(images, truth), expected)
