"""GELU that overwrites what no gradient needs."""
import torch
import torch.nn.functional as F

from hcl_mmagic.models.layers import gelu_


def test_without_gradients_the_map_is_overwritten():
    features = torch.randn(2, 3, 4, 5)
    expected = F.gelu(features)
    with torch.no_grad():
        found = gelu_(features)
    assert found.data_ptr() == features.data_ptr()
    torch.testing.assert_close(found, expected)


def test_a_map_that_wants_a_gradient_is_kept():
    features = torch.randn(2, 3, dtype=torch.double, requires_grad=True)
    before = features.detach().clone()
    assert torch.autograd.gradcheck(gelu_, features)
    assert torch.equal(features, before)
