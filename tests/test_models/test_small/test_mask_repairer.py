"""The model that repairs given masks."""
import pytest
import torch
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import nn

from hcl_mmagic.errors import HCLError
from hcl_mmagic.models import MaskRepairer
from hcl_mmagic.models.small.repair_unet import find_details


@pytest.fixture
def repairer():
    torch.manual_seed(0)
    return MaskRepairer(
        network=dict(
            type='RepairUNet', channels=(8, 12, 16), num_context_blocks=1),
        loss_pixel=dict(type='MSELoss', reduction='sum'),
        largest_dilation=0,
        data_preprocessor=dict(
            type='DataPreprocessor', mean=[127.5] * 3,
            std=[127.5] * 3)).eval()


@pytest.fixture
def batch():
    torch.manual_seed(1)
    mask = torch.zeros(2, 1, 24, 32)
    mask[0, :, 4:9, 6:20] = 1
    corrupted = torch.rand(2, 3, 24, 32) * 2 - 1
    samples = [
        DataSample(mask=mask[i], gt_img=corrupted[i] * 0.5) for i in range(2)
    ]
    return corrupted, DataSample.stack(samples)


def test_the_loss_is_the_error_under_the_mask_of_damaged_pictures(
        repairer, batch):
    corrupted, samples = batch
    loss = repairer(corrupted, samples, 'loss')['loss_pixel']
    image = repairer.repair(corrupted[:1], samples.mask[:1])
    error = (image - samples.gt_img[:1])[..., 4:9, 6:20].square().sum()
    torch.testing.assert_close(loss, error)


def test_details_that_show_through_have_a_loss_of_their_own(repairer, batch):
    corrupted, samples = batch
    repairer.loss_detail = nn.MSELoss(reduction='sum')
    loss = repairer(corrupted, samples, 'loss')['loss_detail']
    mask = samples.mask[:1]
    _, shown = repairer.network(corrupted[:1], mask)
    expected = sum(find_details(samples.gt_img[:1], mask))
    error = (shown - expected)[..., 4:9, 6:20].square().sum()
    torch.testing.assert_close(loss, error)


def test_a_batch_of_intact_pictures_has_no_loss(repairer, batch):
    corrupted, samples = batch
    samples.mask.zero_()
    loss = repairer(corrupted, samples, 'loss')['loss_pixel']
    assert loss == 0 and loss.requires_grad


@torch.no_grad()
def test_intact_pixels_stay_as_they_are(repairer, batch):
    corrupted, samples = batch
    results = repairer(corrupted, samples, 'predict')
    for result, mask in zip(results, samples.mask, strict=True):
        same = (result.output.pred_img == result.input).all(0)
        assert same[mask[0] == 0].all()
    assert not (results[0].output.pred_img == results[0].input).all()


@torch.no_grad()
def test_pictures_of_any_size(repairer):
    image = repairer.repair(torch.rand(1, 3, 7, 13), torch.ones(1, 1, 7, 13))
    assert image.shape == (1, 3, 7, 13)


def test_pixels_must_be_numbers(repairer, batch):
    corrupted, samples = batch
    corrupted[1, 0, 0, 0] = torch.nan
    with pytest.raises(HCLError, match='number 1 of the batch has pixels'):
        repairer(corrupted, samples, 'predict')


def test_an_unknown_mode_is_refused(repairer, batch):
    with pytest.raises(ValueError, match="got 'mend'"):
        repairer(*batch, 'mend')


def test_a_discriminator_and_the_network_learn_from_each_other(batch):
    torch.manual_seed(0)
    model = MaskRepairer(
        network=dict(
            type='RepairUNet', channels=(8, 12, 16), num_context_blocks=1),
        loss_pixel=dict(type='MSELoss'),
        discriminator=dict(type='SNPatchDiscriminator', base_channels=4),
        loss_adversarial=dict(type='WGANGPLoss'),
        data_preprocessor=dict(type='DataPreprocessor'))
    parts = dict(generator=model.network, discriminator=model.discriminator)
    before = {
        name: [weight.clone() for weight in part.parameters()]
        for name, part in parts.items()
    }
    wrappers = OptimWrapperDict(
        **{
            name: OptimWrapper(torch.optim.SGD(part.parameters(), 1.))
            for name, part in parts.items()
        })
    corrupted, samples = batch
    log = model.train_step(
        dict(inputs=list(corrupted), data_samples=samples.split()), wrappers)
    assert {
        'loss', 'loss_pixel', 'loss_adversarial', 'loss_discriminator',
        'loss_gradient_penalty'
    } == set(log)
    for name, part in parts.items():
        assert any(not torch.equal(old, new)
                   for old, new in zip(before[name], part.parameters()))
        assert all(weight.requires_grad for weight in part.parameters())
