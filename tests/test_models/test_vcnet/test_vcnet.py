"""VCNet as a whole: its modes, and its two training stages."""

from types import SimpleNamespace

import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.registry import DefaultScope

from hcl_mmagic.engine.hooks import PhaseSwitchHook
from hcl_mmagic.errors import HCLError

CONFIG = dict(
    type='VCNet',
    mask_network=dict(type='VCNetMaskNetwork', base_channels=4),
    inpainting_network=dict(
        type='VCNetInpaintingNetwork',
        base_channels=4,
        mask_feature_channels=8),
    discriminator=dict(type='VCNetDiscriminator', base_channels=4),
    loss_mask=dict(type='SelfAdaptiveBCELoss', loss_weight=2.0),
    loss_image=dict(type='L1Loss', loss_weight=1.4, reduction='mean'),
    loss_adversarial=dict(type='WGANGPLoss', loss_weight=1e-3),
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3))
NETWORKS = ('mask_network', 'inpainting_network', 'discriminator')


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmagic'):
        yield


def build(**options):
    return MODELS.build(dict(CONFIG, **options))


@pytest.fixture
def data():
    """Two samples of [0, 255] as the data loader gives them."""
    mask = torch.zeros(1, 16, 24)
    mask[..., :10] = 1
    truth = torch.full((3, 16, 24), 90.)
    return dict(
        inputs=[truth + 100 * mask, truth + 120 * mask],
        data_samples=[DataSample(mask=mask, gt_img=truth) for _ in range(2)])


def batch(model, data):
    """Pictures in [-1, 1] and stacked samples."""
    data = model.data_preprocessor(data, training=True)
    return data['inputs'], data['data_samples']


def optimizers(model, lr=1e-3):
    networks = (model.mask_network, model.inpainting_network)
    groups = dict(
        generator=[p for part in networks for p in part.parameters()],
        discriminator=list(model.discriminator.parameters()))
    return OptimWrapperDict(
        **{
            name: OptimWrapper(torch.optim.Adam(parameters, lr=lr))
            for name, parameters in groups.items()
        })


def changed_networks(model, data):
    """Names of the networks that one training step changes, and its log."""
    before = {
        name: weight.clone()
        for name, weight in model.named_parameters()
    }
    log = model.train_step(data, optimizers(model))
    return {
        name.split('.')[0]
        for name, weight in model.named_parameters()
        if not torch.equal(weight, before[name])
    }, log


def has_gradient(network):
    return any(weight.grad is not None and weight.grad.any()
               for weight in network.parameters())


@pytest.mark.parametrize('size', [(16, 24), (17, 23), (1, 2)])
def test_pictures_of_any_size_are_restored(size):
    image, mask, prob = build().restore(torch.rand(2, 3, *size) * 2 - 1)
    assert image.shape == (2, 3, *size)
    assert mask.shape == prob.shape == (2, 1, *size)


def test_image_is_that_of_the_networks():
    model, picture = build(), torch.rand(1, 3, 16, 16) * 2 - 1
    logits, features = model.mask_network(picture)
    expected = model.inpainting_network(picture, logits.sigmoid(), features)
    torch.testing.assert_close(model(picture), expected)


def test_a_given_mask_replaces_the_predicted_one():
    model, picture = build(), torch.rand(1, 3, 15, 16) * 2 - 1
    given = torch.zeros(1, 1, 15, 16)
    given[..., 3:] = 1
    image, mask, prob = model.restore(picture, given)
    predicted_image, predicted_mask, predicted_prob = model.restore(picture)
    assert torch.equal(mask, given)
    assert torch.equal(predicted_mask, predicted_prob)
    assert torch.equal(prob, predicted_prob)
    assert not torch.allclose(image, predicted_image)


@pytest.mark.parametrize('is_given', [False, True])
def test_the_reversed_mask_is_restored_and_the_damage_told_as_ever(is_given):
    model, picture = build(reverse_mask=True), torch.rand(1, 3, 16, 16) * 2 - 1
    logits, features = model.mask_network(picture)
    damage = logits.sigmoid()
    given = (damage > damage.mean()).float() if is_given else None
    image, mask, prob = model.restore(picture, given)
    reversed_mask = 1 - (given if is_given else damage)
    expected = model.inpainting_network(picture, reversed_mask, features)
    torch.testing.assert_close(image, expected)
    assert torch.equal(mask, reversed_mask)
    assert torch.equal(prob, damage)


def test_a_reversed_composite_keeps_the_corrupted_pixels(data):
    model = build(composite=True, reverse_mask=True)
    for sample in data['data_samples']:
        sample.given_mask = sample.mask
    with torch.no_grad():
        results = model.test_step(data)
    for result in results:
        inside = (result.mask > 0).expand(3, -1, -1)
        torch.testing.assert_close(result.output.pred_img[inside],
                                   result.input[inside])
        assert not torch.allclose(result.output.pred_img[~inside],
                                  result.input[~inside])


def test_prediction_is_the_networks_image_in_the_range_of_files(data):
    model = build()
    with torch.no_grad():
        results = model.test_step(data)
        image, _, prob = model.restore(batch(model, data)[0])
    for index, result in enumerate(results):
        output = result.output
        torch.testing.assert_close(output.pred_img, (image[index] + 1) * 127.5)
        assert torch.equal(output.mask_prob, prob[index])
        assert torch.equal(output.pred_mask, (prob[index] > 0.5).float())


def test_composite_keeps_the_pixels_outside_the_mask(data):
    model = build(composite=True)
    for sample in data['data_samples']:
        sample.given_mask = sample.mask
    with torch.no_grad():
        results = model.test_step(data)
    for result in results:
        outside = (result.mask == 0).expand(3, -1, -1)
        torch.testing.assert_close(result.output.pred_img[outside],
                                   result.input[outside])
        assert not torch.allclose(result.output.pred_img[~outside],
                                  result.input[~outside])


def test_pictures_with_nan_are_refused(data):
    data['inputs'][1][0, 3, 3] = float('nan')
    with pytest.raises(HCLError, match='NaN or infinite'):
        build().test_step(data)


def test_losses_have_the_weights_of_the_config(data):
    model = build(mask_source='true')
    picture, samples = batch(model, data)
    losses = model(picture, samples, mode='loss')
    logits, features = model.mask_network(picture)
    image = model.inpainting_network(picture, samples.mask.float(), features)
    assert set(losses) == {'loss_mask', 'loss_image'}
    torch.testing.assert_close(losses['loss_image'],
                               1.4 * (image - samples.gt_img).abs().mean())
    torch.testing.assert_close(losses['loss_mask'],
                               model.loss_mask(logits, samples.mask.float()))


def test_in_the_first_stage_each_network_learns_on_its_own(data):
    model = build(mask_source='true')
    losses = model(*batch(model, data), mode='loss')
    losses['loss_image'].backward()
    assert has_gradient(model.inpainting_network)
    assert not has_gradient(model.mask_network)


def test_in_the_second_stage_the_image_teaches_the_mask_network(data):
    model = build(mask_source='predicted')
    losses = model(*batch(model, data), mode='loss')
    assert 'loss_adversarial' in losses
    losses['loss_image'].backward()
    assert has_gradient(model.inpainting_network)
    assert has_gradient(model.mask_network)


def test_image_teaches_the_mask_network_through_the_mask_too(data):
    model = build(mask_source='predicted')
    model.mask_network.encoder.requires_grad_(False)  # cuts the features off
    losses = model(*batch(model, data), mode='loss')
    losses['loss_image'].backward()
    assert has_gradient(model.mask_network.decoder)


def test_first_stage_leaves_the_discriminator_alone(data):
    changed, log = changed_networks(build(mask_source='true'), data)
    assert changed == set(NETWORKS[:2])
    assert set(log) == {'loss', 'loss_mask', 'loss_image'}


def test_second_stage_trains_all_three_networks(data):
    changed, log = changed_networks(build(mask_source='predicted'), data)
    assert changed == set(NETWORKS)
    assert set(log) == {
        'loss', 'loss_mask', 'loss_image', 'loss_adversarial',
        'loss_discriminator', 'loss_gradient_penalty'
    }


def test_generator_step_gives_the_discriminator_no_gradient(data):
    model = build(mask_source='predicted')
    wrappers = optimizers(model)
    discriminator_step = wrappers['discriminator'].update_params
    seen = []

    def record(loss):
        discriminator_step(loss)
        seen.extend(weight.grad for weight in model.discriminator.parameters())

    wrappers['discriminator'].update_params = record
    model.train_step(data, wrappers)
    # update_params leaves no gradient behind, and none came after it.
    assert all(gradient is None for gradient in seen)
    assert not has_gradient(model.discriminator)
    assert all(p.requires_grad for p in model.discriminator.parameters())


def test_training_lowers_both_losses(data):
    model = build(mask_source='true')
    wrappers = optimizers(model, lr=1e-2)
    logs = [model.train_step(data, wrappers) for _ in range(20)]
    for name in ('loss_mask', 'loss_image'):
        assert logs[-1][name] < 0.5 * logs[0][name]


def test_without_a_discriminator_there_is_none_to_train(data):
    model = build(
        discriminator=None, loss_adversarial=None, mask_source='predicted')
    generator = OptimWrapper(torch.optim.Adam(model.parameters()))
    log = model.train_step(data, OptimWrapperDict(generator=generator))
    assert set(log) == {'loss', 'loss_mask', 'loss_image'}


@pytest.mark.parametrize('missing', ['discriminator', 'loss_adversarial'])
def test_half_an_adversary_is_refused(missing):
    with pytest.raises(ValueError, match='give both or none'):
        build(**{missing: None})


def test_unknown_mode_and_mask_source_are_named():
    with pytest.raises(ValueError, match="got 'train'"):
        build()(torch.zeros(1, 3, 4, 4), mode='train')
    with pytest.raises(ValueError, match="got 'guessed'"):
        build(mask_source='guessed')


def test_mask_detector_has_the_weights_of_the_same_names():
    detector = MODELS.build(
        dict(
            type='VCNetMaskDetector',
            mask_network=CONFIG['mask_network'],
            loss_mask=CONFIG['loss_mask']))
    names = [
        name for name in build().state_dict()
        if name.startswith('mask_network.')
    ]
    assert names == list(detector.state_dict())


def test_hook_switches_the_stage():
    model = build(mask_source='true')
    runner = SimpleNamespace(model=model, iter=5)
    PhaseSwitchHook(switch_iteration=9).before_train(runner)
    PhaseSwitchHook(switch_iteration=4).before_train_iter(runner, 5)
    assert model.mask_source == 'predicted'
