"""HCLRestorer: the order of the steps, phases, options at test time."""

import copy

import numpy as np
import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import nn

from hcl_mmagic.errors import ConfigError, HCLError

TINY = dict(base_channels=4, channel_mults=(1, 2, 4), window_size=4)


def tiny_config(**changes):
    config = dict(
        type='HCLRestorer',
        data_preprocessor=dict(
            type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
        encoder=dict(type='HCLEncoder', depths=(1, 1, 2), **TINY),
        detector=dict(
            type='ContrastiveDetectorHead',
            stage_channels=(4, 8, 16),
            projection_channels=8,
            split=dict(
                type='TwoMeansSplit',
                naming=dict(
                    type='SplitJudge',
                    in_channels=8,
                    hidden_channels=4,
                    vote=dict(
                        type='PixelVote', in_channels=16,
                        hidden_channels=8))),
            losses=dict(
                contrast=dict(
                    type='HierarchicalContrastiveLoss', loss_weight=1.0))),
        decoder=dict(
            type='MaskGuidedDecoder',
            depths=(1, 1, 1),
            bottleneck_depth=1,
            **TINY),
        refiner=dict(
            type='ConvUNetRefiner', base_channels=4, channel_mults=(1, 2)),
        discriminator=dict(type='SNPatchDiscriminator', base_channels=4),
        loss_coarse=dict(type='L1Loss'),
        loss_refined=dict(type='L1Loss'),
        loss_adversarial=dict(type='WGANGPLoss'))
    config.update(changes)
    return config


DETECTOR_ONLY = dict(
    decoder=None,
    refiner=None,
    discriminator=None,
    loss_coarse=None,
    loss_refined=None,
    loss_adversarial=None)


def make_model(**changes):
    torch.manual_seed(0)
    model = MODELS.build(tiny_config(**changes))
    # As narrow as this, fresh weights give all pixels the same projection.
    for part in model.encoder.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight)
    return model


def make_batch(size=(32, 32), num_images=2):
    """Random pictures with a bright rectangle pasted over them."""
    generator = torch.Generator().manual_seed(1)
    inputs, samples = [], []
    for index in range(num_images):
        clean = torch.randint(0, 120, (3, *size), generator=generator).float()
        mask = torch.zeros(1, *size)
        mask[:, size[0] // 4:, :size[1] // 3] = 1
        sample = DataSample(
            gt_img=clean,
            mask=mask,
            metainfo=dict(
                gt_path=f'{index}.png',
                img_channel_order='rgb',
                gt_channel_order='rgb'))
        inputs.append(torch.where(mask > 0, 220., clean))
        samples.append(sample)
    return dict(inputs=inputs, data_samples=samples)


def optimizers(model):

    def adam(*parts):
        parameters = [p for part in parts for p in part.parameters()]
        return OptimWrapper(torch.optim.Adam(parameters, lr=1e-3))

    return OptimWrapperDict(
        generator=adam(model.encoder, model.detector, model.decoder),
        refiner=adam(model.refiner),
        discriminator=adam(model.discriminator))


def test_one_step_changes_every_network():
    model = make_model()
    before = copy.deepcopy(model.state_dict())
    model.train_step(make_batch(), optimizers(model))
    unchanged = [
        name for name, parameter in model.named_parameters()
        if torch.equal(before[name], parameter)
    ]
    assert unchanged == []


def test_the_log_holds_every_loss_and_their_sum():
    model = make_model()
    log = model.train_step(make_batch(), optimizers(model))
    assert {
        'loss_contrast_s0', 'loss_contrast_s1', 'loss_contrast_s2',
        'loss_judge', 'loss_vote', 'loss_coarse', 'loss_refined',
        'loss_adversarial', 'loss_discriminator', 'loss_gradient_penalty',
        'loss'
    } == set(log)
    generator_side = sum(value for name, value in log.items()
                         if name not in ('loss', 'loss_discriminator',
                                         'loss_gradient_penalty'))
    torch.testing.assert_close(log['loss'], generator_side)


def test_image_losses_compare_both_images_with_the_truth():
    model = make_model(
        loss_coarse=dict(type='L1Loss', loss_weight=0.3),
        loss_refined=dict(type='L1Loss', loss_weight=0.7)).eval()
    seen = {}
    for name in ('decoder', 'refiner'):
        getattr(model, name).register_forward_hook(
            lambda _, args, image, name=name: seen.update({name: image}))
    batch = model.data_preprocessor(make_batch(), training=True)
    losses = model(**batch, mode='loss')
    truth = batch['data_samples'].gt_img
    for name, part, weight in (('coarse', 'decoder', 0.3), ('refined',
                                                            'refiner', 0.7)):
        torch.testing.assert_close(losses[f'loss_{name}'],
                                   weight * (seen[part] - truth).abs().mean())
    torch.testing.assert_close(losses['loss_adversarial'],
                               -model.discriminator(seen['refiner']).mean())


def test_the_refiners_optimizer_gets_the_losses_of_the_refined_image():
    model = make_model()
    model.loss_perceptual = lambda coarse, refined, gt_img: dict(
        loss_perceptual_coarse=coarse.square().mean(),
        loss_perceptual_refined=refined.square().mean())
    wrappers, totals = optimizers(model), {}
    for name in ('generator', 'refiner'):
        wrapper = wrappers[name]

        def update(total, name=name, update=wrapper.update_params):
            totals[name] = total.item()
            update(total)

        wrapper.update_params = update
    log = model.train_step(make_batch(), wrappers)
    of_refiner = sum(log[f'loss_{name}'].item()
                     for name in ('refined', 'perceptual_refined',
                                  'adversarial'))
    assert totals['refiner'] == pytest.approx(of_refiner)
    assert totals['generator'] == pytest.approx(log['loss'].item() -
                                                of_refiner)


def test_the_generators_losses_leave_no_gradient_in_the_discriminator():
    model = make_model()
    model.train_step(make_batch(), optimizers(model))
    for parameter in model.discriminator.parameters():
        assert parameter.grad is None and parameter.requires_grad


def test_one_generator_forward_per_iteration():
    model = make_model()
    calls = []
    for part in (model.encoder, model.decoder, model.refiner):
        part.register_forward_hook(lambda *_, part=part: calls.append(part))
    model.train_step(make_batch(), optimizers(model))
    assert len(calls) == 3


def test_the_refiners_losses_stop_at_the_coarse_image():
    model = make_model()
    batch = model.data_preprocessor(make_batch(), training=True)
    losses = model(**batch, mode='loss')
    losses['loss_refined'].backward()
    assert all(p.grad is None for p in model.decoder.parameters())
    assert any(p.grad is not None for p in model.refiner.parameters())


def masks_in_training(**changes):
    """The true mask, the stages' masks that the decoder gets, the refiner's
    and the detected hierarchy. The finest features have half the picture's
    size, and the picture a line of one pixel that they cannot show."""
    stride = dict(num_conv_stages=1)
    model = make_model(
        encoder=dict(type='HCLEncoder', depths=(1, 1, 2), **TINY, **stride),
        decoder=dict(
            type='MaskGuidedDecoder', depths=(1, 1, 1), **TINY, **stride),
        **changes)
    seen = {}
    model.decoder.register_forward_pre_hook(
        lambda _, args: seen.update(stages=args[1]))
    model.refiner.register_forward_pre_hook(
        lambda _, args: seen.update(refiner=args[1]))
    if model.detector is not None:
        model.detector.register_forward_hook(
            lambda _, args, found: seen.update(found=found[0]))
    batch = model.data_preprocessor(make_batch(), training=True)
    seen['truth'] = batch['data_samples'].mask
    seen['truth'][..., 3, :] = 1
    model(**batch, mode='loss')
    return seen


@pytest.mark.parametrize('changes', [
    dict(mask_source='true'),
    dict(detector=None),
])
def test_in_phase_1_the_true_mask_guides_decoder_and_refiner(changes):
    seen = masks_in_training(**changes)
    truth = seen['truth']
    assert torch.equal(seen['refiner'], truth)
    for stage, mask in enumerate(seen['stages']):
        step = 2**(stage + 1)
        assert torch.equal(mask, truth[..., ::step, ::step])


def test_in_phase_2_the_detected_mask_guides_decoder_and_refiner():
    seen = masks_in_training(mask_source='predicted')
    for mask, prob in zip(seen['stages'], seen['found'].mask_prob):
        assert torch.equal(mask, (prob > 0.5).float())
    enlarged = np.kron(seen['stages'][0], np.ones((2, 2)))
    np.testing.assert_array_equal(seen['refiner'], enlarged)
    assert not torch.equal(seen['refiner'], seen['truth'])


def test_the_networks_make_the_image():
    model, seen = make_model().eval(), {}
    model.decoder.register_forward_hook(
        lambda _, args, image: seen.update(decoded=image))
    model.refiner.register_forward_hook(
        lambda _, args, image: seen.update(shown=args[0], refined=image))
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., 8:20, 4:] = 1
    with torch.no_grad():
        result = model.repair(torch.rand(1, 3, 32, 32) * 2 - 1, mask)
    assert torch.equal(seen['shown'], seen['decoded'])
    assert torch.equal(result, seen['refined'])


@torch.no_grad()
def test_padding_is_no_part_of_the_picture():
    model, insides = make_model(**DETECTOR_ONLY).eval(), []
    model.detector.register_forward_pre_hook(
        lambda _, args, kwargs: insides.append(kwargs['inside'][0]),
        with_kwargs=True)
    model.restore(torch.rand(1, 3, 32, 50) * 2 - 1)
    assert insides[0][..., :50].all() and not insides[0][..., 50:].any()


def predict(model, batch):
    model.eval()
    with torch.no_grad():
        return model.test_step(copy.deepcopy(batch))


def test_predict_never_reads_the_truth():
    model = make_model()
    batch = make_batch()
    expected = predict(model, batch)
    for sample in batch['data_samples']:
        sample.mask = torch.rand_like(sample.mask).round()
        sample.gt_img = torch.rand_like(sample.gt_img)
    for ours, other in zip(expected, predict(model, batch)):
        assert torch.equal(ours.output.pred_img, other.output.pred_img)
        assert torch.equal(ours.output.mask_prob, other.output.mask_prob)


def test_predictions_have_the_promised_shapes_and_ranges():
    size = (37, 50)
    sample = predict(make_model(), make_batch(size))[1]
    output = sample.output
    assert output.pred_img.shape == sample.input.shape == (3, *size)
    assert output.pred_mask.shape == output.mask_prob.shape == (1, *size)
    assert output.stage_mask_prob.shape == (3, *size)
    assert 0 <= output.pred_img.min() and output.pred_img.max() <= 255
    assert set(output.pred_mask.unique().tolist()) <= {0., 1.}
    assert sample.gt_path == '1.png'


def test_a_composite_keeps_the_input_outside_the_mask():
    sample = predict(make_model(composite=True), make_batch())[0]
    intact = (sample.output.pred_mask == 0).expand(3, -1, -1)
    assert intact.any()
    torch.testing.assert_close(
        sample.output.pred_img[intact],
        sample.input[intact],
        atol=1e-3,
        rtol=0)


def test_the_raw_output_does_not():
    sample = predict(make_model(composite=False), make_batch())[0]
    intact = (sample.output.pred_mask == 0).expand(3, -1, -1)
    assert (sample.output.pred_img - sample.input)[intact].abs().max() > 1


def with_given_mask(batch):
    for sample in batch['data_samples']:
        sample.given_mask = torch.zeros(1, 32, 32)
        sample.given_mask[:, :5, :5] = 1
    return batch


def test_a_given_mask_replaces_the_detected_one():
    sample = predict(make_model(), with_given_mask(make_batch()))[0]
    changed = (sample.output.pred_img - sample.input).abs().amax(0) > 1e-3
    assert changed[:5, :5].any()
    changed[:5, :5] = False
    assert not changed.any()


def test_the_reversed_mask_restores_the_other_image():
    sample = predict(
        make_model(reverse_mask=True), with_given_mask(make_batch()))[0]
    changed = (sample.output.pred_img - sample.input).abs().amax(0) > 1e-3
    assert not changed[:5, :5].any() and changed[5:, 5:].any()


def test_a_bare_detector_trains_and_predicts_masks():
    model = make_model(**DETECTOR_ONLY)
    wrapper = OptimWrapperDict(
        generator=OptimWrapper(torch.optim.Adam(model.parameters())))
    log = model.train_step(make_batch(), wrapper)
    assert log['loss'] > 0
    output = predict(model, make_batch())[0].output
    assert 'pred_mask' in output and 'pred_img' not in output


@pytest.mark.slow
def test_the_detector_overfits_one_batch():
    model = make_model(**DETECTOR_ONLY)
    batch = make_batch()
    wrapper = OptimWrapperDict(
        generator=OptimWrapper(torch.optim.Adam(model.parameters(), lr=3e-3)))
    for _ in range(150):
        model.train_step(copy.deepcopy(batch), wrapper)
    for sample in predict(model, batch):
        found, truth = sample.output.pred_mask > 0, sample.mask > 0
        assert (found & truth).sum() / (found | truth).sum() > 0.95


@pytest.mark.parametrize('value', [0., 1.])
def test_all_intact_and_all_corrupted_masks_have_finite_losses(value):
    model = make_model()
    batch = make_batch()
    for sample in batch['data_samples']:
        sample.mask.fill_(value)
    log = model.train_step(batch, optimizers(model))
    assert all(loss.isfinite() for loss in log.values())
    assert all(p.isfinite().all() for p in model.parameters())


def test_gradient_accumulation_equals_one_large_batch():
    small, large = make_model(**DETECTOR_ONLY), make_model(**DETECTOR_ONLY)
    batch = make_batch()

    def wrapper(model, counts):
        return OptimWrapperDict(
            generator=OptimWrapper(
                torch.optim.SGD(model.parameters(), lr=0.1),
                accumulative_counts=counts))

    # Every pixel is an anchor, so no random draw tells the two apart; the
    # 2-means starts from the same pixels because it is seeded.
    accumulating = wrapper(small, 2)
    for index in range(2):
        torch.manual_seed(5)
        half = {name: values[:1] for name, values in batch.items()}
        small.train_step(copy.deepcopy(half), accumulating)
    twice = {name: [values[0]] * 2 for name, values in batch.items()}
    torch.manual_seed(5)
    large.train_step(copy.deepcopy(twice), wrapper(large, 1))
    vote = 'detector.split.naming.layers.2.bias'
    torch.testing.assert_close(
        small.state_dict()[vote], large.state_dict()[vote], rtol=0, atol=1e-4)


def test_a_picture_with_nan_is_named():
    batch = make_batch()
    batch['inputs'][1][0, 3, 3] = float('nan')
    with pytest.raises(HCLError, match='1.png .* NaN'):
        predict(make_model(), batch)


def test_a_crop_that_does_not_fit_the_windows_is_named():
    model = make_model()
    with pytest.raises(ValueError, match='multiples of 16 pixels, got 36x32'):
        model.train_step(make_batch((36, 32)), optimizers(model))


def test_a_part_without_what_it_needs_is_named():
    with pytest.raises(ValueError, match='refiner needs decoder'):
        make_model(decoder=None, loss_coarse=None)


def test_an_unknown_mask_source_is_named():
    with pytest.raises(ValueError, match="'predicted'.*got 'guess'"):
        make_model(mask_source='guess')


@pytest.mark.parametrize('source, error', [('guess', ValueError),
                                           ('predicted', ConfigError)])
def test_a_mask_source_that_cannot_be_is_named_in_training(source, error):
    model = make_known_mask_model()
    model.mask_source = source
    batch = model.data_preprocessor(make_batch(), training=True)
    with pytest.raises(error, match='HCLRestorer: mask_source'):
        model(**batch, mode='loss')


def test_an_unknown_mode_is_named():
    with pytest.raises(ValueError, match="got 'train'"):
        make_model()(torch.rand(1, 3, 16, 16), mode='train')


def make_known_mask_model(**changes):
    return make_model(detector=None, **changes)


def test_without_a_detector_one_step_changes_every_network():
    model = make_known_mask_model()
    before = copy.deepcopy(model.state_dict())
    wrappers = OptimWrapperDict(
        generator=OptimWrapper(
            torch.optim.Adam([
                *model.encoder.parameters(),
                *model.decoder.parameters(),
            ])),
        refiner=OptimWrapper(torch.optim.Adam(model.refiner.parameters())),
        discriminator=OptimWrapper(
            torch.optim.Adam(model.discriminator.parameters())))
    log = model.train_step(make_batch(), wrappers)
    assert log['loss_coarse'] > 0 and 'loss_contrast_s0' not in log
    assert [
        name for name, parameter in model.named_parameters()
        if torch.equal(before[name], parameter)
    ] == []


def test_without_a_detector_the_given_mask_is_the_result():
    batch = with_given_mask(make_batch())
    sample = predict(make_known_mask_model(), batch)[0]
    given = batch['data_samples'][0].given_mask
    assert torch.equal(sample.output.pred_mask, given)
    assert torch.equal(sample.output.mask_prob, given)
    changed = (sample.output.pred_img - sample.input).abs().amax(0) > 1e-3
    assert changed[:5, :5].any()
    changed[:5, :5] = False
    assert not changed.any()


def test_without_a_detector_pixels_under_the_mask_do_not_matter():
    model = make_known_mask_model().eval()
    picture, mask = torch.rand(1, 3, 37, 50), torch.zeros(1, 1, 37, 50)
    mask[..., 10:30, 5:20] = 1
    other = torch.where(mask > 0, torch.rand(1, 3, 37, 50), picture)
    with torch.no_grad():
        repaired = model.repair(picture, mask)
        assert torch.equal(repaired, model.repair(other, mask))
        assert torch.equal(repaired, model.restore(other, mask).image)
    assert repaired.shape == picture.shape


def test_training_and_repair_are_the_same_pass_without_a_detector():
    model = make_known_mask_model()
    batch = model.data_preprocessor(make_batch(), training=True)
    mask, truth = batch['data_samples'].mask, batch['data_samples'].gt_img
    repaired = model.repair(batch['inputs'], mask)
    torch.testing.assert_close(
        model(**batch, mode='loss')['loss_refined'],
        (repaired - truth).abs().mean())


def test_a_given_mask_is_restored_to_the_pixel():
    # The finest features have half the picture's size.
    stride = dict(num_conv_stages=1)
    model = make_model(
        encoder=dict(type='HCLEncoder', depths=(1, 1, 2), **TINY, **stride),
        decoder=dict(
            type='MaskGuidedDecoder', depths=(1, 1, 1), **TINY, **stride))
    batch = make_batch()
    for sample in batch['data_samples']:
        sample.given_mask = torch.zeros(1, 32, 32)
        sample.given_mask[:, 7] = 1
    sample = predict(model, batch)[0]
    changed = (sample.output.pred_img - sample.input).abs().amax(0) > 1e-3
    assert changed[7].any() and not changed[:7].any() \
        and not changed[8:].any()


def test_without_a_detector_a_missing_mask_is_named():
    model = make_known_mask_model()
    with pytest.raises(ConfigError, match="'given_mask'.* model with a det"):
        predict(model, make_batch())
    with pytest.raises(ConfigError, match='got none'):
        model.restore(torch.rand(1, 3, 16, 16))


def test_what_needs_a_detector_is_named():
    with pytest.raises(ConfigError, match='needs a detector.*PhaseSwitch'):
        make_known_mask_model(mask_source='predicted')
    with pytest.raises(ValueError, match='reverse_mask needs a detector'):
        make_known_mask_model(reverse_mask=True)
    with pytest.raises(ValueError, match='a detector, a decoder, or both'):
        make_model(**{**DETECTOR_ONLY, 'detector': None})
