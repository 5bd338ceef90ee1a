"""DirectRestorer: its modes, its training, what it makes of a mask."""

import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import DefaultScope

NETWORKS = dict(
    bvmr=dict(
        type='BVMRNetwork', widths=(8, 16, 32), num_blocks=1, num_shared=1),
    sirf=dict(type='SIRFNetwork', channels=4, hypercolumns=False),
    bs2am=dict(type='BlindS2AMNetwork', base_channels=4, num_levels=4))
LOSSES = dict(
    bvmr=dict(type='WatermarkLayersLoss'),
    sirf=dict(type='SIRFLoss'),
    bs2am=dict(type='AttendedImageLoss'))
ADVERSARY = dict(
    discriminator=dict(
        type='PatchDiscriminator', in_channels=6, base_channels=4),
    loss_adversarial=dict(type='PatchGANLoss', gan_type='lsgan'))


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmagic'):
        yield


def build(name, **options):
    torch.manual_seed(0)
    return MODELS.build(
        dict(
            type='DirectRestorer',
            network=NETWORKS[name],
            loss_restoration=LOSSES[name],
            data_preprocessor=dict(
                type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
            **options))


def make_data(height=32, width=32):
    mask = torch.zeros(1, height, width)
    mask[..., :10] = 1
    truth = torch.rand(3, height, width) * 150
    return dict(
        inputs=[truth + 100 * mask, truth + 90 * mask],
        data_samples=[DataSample(mask=mask, gt_img=truth) for _ in range(2)])


@pytest.mark.parametrize('name, num_masks', [('bvmr', 1), ('sirf', 0),
                                             ('bs2am', 3)])
@torch.no_grad()
def test_a_prediction_of_any_size(name, num_masks):
    model = build(name).eval()
    for sample in model.test_step(make_data(19, 37)):
        assert sample.output.pred_img.shape == (3, 19, 37)
        assert ('pred_mask' in sample.output) == bool(num_masks)
        if num_masks:
            assert sample.output.stage_mask_prob.shape == (num_masks, 19, 37)


@torch.no_grad()
def test_blending_takes_the_input_where_the_mask_is_empty():
    model = build('bvmr', blend=True).eval()
    model.network.to_mask.weight.zero_()
    model.network.to_mask.bias.fill_(-100)
    picture = torch.rand(1, 3, 20, 20) * 2 - 1
    torch.testing.assert_close(model.restore(picture).image, picture)
    model.network.to_mask.bias.fill_(100)
    unblended = build('bvmr').eval()
    unblended.load_state_dict(model.state_dict())
    torch.testing.assert_close(
        model.restore(picture).image,
        unblended.restore(picture).image)


def test_a_network_alone_has_one_optimizer():
    model = build('bvmr')
    wrapper = OptimWrapper(torch.optim.Adam(model.parameters(), lr=1e-2))
    data = make_data()
    first = model.train_step(data, wrapper)['loss'].item()
    for _ in range(9):
        last = model.train_step(data, wrapper)['loss'].item()
    assert last < 0.8 * first


def test_an_adversary_is_trained_beside_the_network():
    model = build('sirf', **ADVERSARY)
    wrappers = OptimWrapperDict(
        **{
            name:
            OptimWrapper(
                torch.optim.SGD(getattr(model, part).parameters(), lr=0.1))
            for name, part in (('generator', 'network'), ('discriminator',
                                                          'discriminator'))
        })
    before = {name: w.clone() for name, w in model.named_parameters()}
    log = model.train_step(make_data(), wrappers)
    changed = {
        name.split('.')[0]
        for name, weight in model.named_parameters()
        if not torch.equal(weight, before[name])
    }
    assert changed == {'network', 'discriminator'}
    assert {'loss_discriminator', 'loss_adversarial', 'loss'} <= set(log)
    assert all(w.requires_grad for w in model.discriminator.parameters())


def test_an_adversary_that_always_says_half_costs_a_quarter():
    loss = MODELS.build(ADVERSARY['loss_adversarial'])
    pictures = torch.zeros(1, 6, 8, 8)

    def half(images):
        return torch.full((1, 1, 2, 2), 0.5)

    assert loss.generator(half, pictures)['loss_adversarial'] == 0.25
    assert loss.discriminator(half, pictures,
                              pictures)['loss_discriminator'] == 0.25


@pytest.mark.parametrize('missing', ADVERSARY)
def test_an_adversary_needs_its_loss(missing):
    with pytest.raises(ValueError, match='give both or none'):
        build('sirf', **{k: v for k, v in ADVERSARY.items() if k != missing})
