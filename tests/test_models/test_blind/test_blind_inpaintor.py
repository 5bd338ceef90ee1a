"""BlindInpaintor: from the detected mask to the picture, and its training."""

import copy

import pytest
import torch
from mmagic.registry import MODELS
from mmengine.config import Config
from mmengine.model import ExponentialMovingAverage
from tiny_inpaintors import (AOT, BrightnessDetector, build_blind,
                             build_inpaintor, damaged_batch, optimizers)
from tiny_restorer import TINY_CONFIG

from hcl_mmagic.errors import CheckpointError, ConfigError, HCLError
from hcl_mmagic.models import GivenMaskDetector
from hcl_mmagic.models.functional import dilate


@pytest.fixture
def batch():
    return damaged_batch()


def true_masks(batch):
    return torch.stack([sample.mask for sample in batch['data_samples']])


@torch.no_grad()
def predict(model, batch):
    return [result.output for result in model.eval().test_step(batch)]


def train(model, batch, steps=1, **networks):
    """What the model logs in its last step."""
    wrappers = optimizers(
        generator=model.inpaintor.generator,
        disc=model.inpaintor.disc,
        **networks)
    model.train()
    for _ in range(steps):
        log = model.train_step(batch, wrappers)
    return log


def test_the_mask_is_repaired_after_it_has_grown(batch):
    model = build_blind(dilation=3)
    masks = true_masks(batch)
    changed = [
        output.pred_img.ne(picture.flip(0)).any(0, keepdim=True).float()
        for output, picture in zip(predict(model, batch), batch['inputs'])
    ]
    assert torch.equal(torch.stack(changed), dilate(masks, 3))


def test_the_predicted_mask_is_the_one_before_it_grows(batch):
    outputs = predict(build_blind(dilation=3), batch)
    for output, mask in zip(outputs, true_masks(batch)):
        assert torch.equal(output.pred_mask, mask)


def test_the_threshold_cuts_the_predicted_and_the_repaired_mask(batch):
    model = build_blind(mask_threshold=1.)
    for output, picture in zip(predict(model, batch), batch['inputs']):
        assert not output.pred_mask.any()
        torch.testing.assert_close(output.pred_img, picture.flip(0))


def test_without_compositing_the_picture_is_the_inpaintors(batch):
    model = build_blind(composite=False).eval()
    corrupted = (torch.stack(batch['inputs']) - 127.5) / 127.5
    with torch.no_grad():
        restored = model.restore(corrupted)
        assert torch.equal(restored.image,
                           model.repair(corrupted, restored.mask))
        assert torch.equal(restored.image, model(corrupted))


def test_prediction_does_not_depend_on_the_truth(batch):
    model = build_blind()
    expected = predict(model, batch)
    for sample in batch['data_samples']:
        sample.mask = 1 - sample.mask
        sample.gt_img = 255 - sample.gt_img
    for output, other in zip(expected, predict(model, batch)):
        assert torch.equal(output.pred_img, other.pred_img)
        assert torch.equal(output.mask_prob, other.mask_prob)


def test_the_true_mask_can_take_the_place_of_a_detector(batch):
    outputs = predict(build_blind(GivenMaskDetector()), batch)
    assert torch.equal(
        torch.stack([output.pred_mask for output in outputs]),
        true_masks(batch))


def test_pictures_with_nan_are_refused(batch):
    batch['inputs'][0][0, 0, 0] = float('nan')
    with pytest.raises(HCLError, match='NaN or infinite'):
        predict(build_blind(), batch)


def test_unknown_mode_is_named():
    with pytest.raises(ValueError, match="got 'loss'"):
        build_blind()(torch.zeros(1, 3, 64, 64), mode='loss')


@pytest.mark.parametrize('options', [
    dict(mask_threshold=1.5),
    dict(dilation=-1),
])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ConfigError, match='mask_threshold must be in'):
        build_blind(**options)


class HalfDetector(BrightnessDetector):
    """Forgets to scale its mask up."""

    def mask_prob(self, corrupted, data_samples):
        return super().mask_prob(corrupted, data_samples)[..., ::2, ::2]


def test_a_mask_of_another_size_than_the_picture_is_refused(batch):
    with pytest.raises(
            ConfigError,
            match=r'HalfDetector.*\(2, 1, 64, 64\), got \(2, 1, 32, 32\)'):
        predict(build_blind(HalfDetector()), batch)


def tiny_restorer(**changes):
    config = Config.fromstring(TINY_CONFIG, '.py').model
    return MODELS.build(dict(config, **changes))


def test_a_restorer_is_no_part():
    with pytest.raises(ConfigError, match='detects with decoder=None'):
        build_blind(tiny_restorer())
    with pytest.raises(ConfigError, match='inpaints with detector=None'):
        build_blind(inpaintor=tiny_restorer())


# Training


def test_the_inpaintor_learns_on_the_detected_grown_mask(batch, monkeypatch):
    model = build_blind(dilation=2)
    given = []
    monkeypatch.setattr(
        model.inpaintor, 'train_step',
        lambda data, _: given.extend(data['data_samples']) or {})
    masks = true_masks(batch)
    for sample in batch['data_samples']:
        sample.mask = 1 - sample.mask
    train(model, batch)
    assert torch.equal(
        torch.stack([sample.mask for sample in given]), dilate(masks, 2))


def test_where_nothing_is_found_the_inpaintor_learns_on_the_truth(batch):
    log = train(build_blind(mask_threshold=1.), batch)
    assert torch.isfinite(log['loss'])


def test_training_changes_the_inpaintor_and_nothing_of_a_frozen_detector(
        batch):
    model = build_blind()
    averaged = ExponentialMovingAverage(
        model, momentum=0.3, update_buffers=True)
    before = copy.deepcopy(model.state_dict())
    log = train(model, batch, steps=2)
    averaged.update_parameters(model)
    assert {'loss', 'disc_losses'} <= set(log)
    after = model.state_dict()
    names = [name for name in before if name.startswith('detector.')]
    assert any('running_mean' in name for name in names)
    for name in names:
        assert torch.equal(before[name], after[name]), name
        assert torch.equal(before[name],
                           averaged.module.state_dict()[name]), name
    assert any(not torch.equal(before[name], after[name]) for name in before
               if name.startswith('inpaintor.generator.'))


def test_a_frozen_detector_predicts_in_training_as_at_test(batch):
    model = build_blind().train()
    assert not model.detector.norm.training
    assert model.inpaintor.training


def test_the_detector_can_learn_beside_the_inpaintor(batch):
    model = build_blind(train_detector=True)
    before = copy.deepcopy(model.detector.state_dict())
    log = train(model, batch, detector=model.detector)
    assert {'loss', 'detector_loss', 'detector_loss_mask'} <= set(log)
    for name, value in model.detector.state_dict().items():
        assert not torch.equal(value, before[name]), name
    assert model.detector.norm.training


def test_a_detector_to_train_needs_an_optimizer(batch):
    with pytest.raises(ConfigError, match="add detector=dict.*'detector'"):
        train(build_blind(train_detector=True), batch)


def test_hcl_learns_to_repair_what_was_found(batch):
    inpaintor = tiny_restorer(
        detector=None,
        mask_source='true',
        refiner=None,
        loss_refined=None,
        discriminator=None,
        loss_adversarial=None)
    model = build_blind(inpaintor=inpaintor).train()
    weight = next(inpaintor.decoder.parameters()).detach().clone()
    log = model.train_step(batch, optimizers(generator=inpaintor))
    assert 'loss_coarse' in log
    assert not torch.equal(weight, next(inpaintor.decoder.parameters()))


# Weights of the parts


def test_parts_have_the_weights_of_their_checkpoints(tmp_path):
    paths = {}
    parts = dict(detector=BrightnessDetector(), inpaintor=build_inpaintor(AOT))
    for name, part in parts.items():
        for parameter in part.parameters():
            torch.nn.init.normal_(parameter)
        paths[f'{name}_checkpoint'] = str(tmp_path / f'{name}.pth')
        torch.save(
            dict(state_dict=part.state_dict()), paths[f'{name}_checkpoint'])
    model = build_blind(**paths)
    for when in ('built', 'initialised for training'):
        for name, part in parts.items():
            weights = getattr(model, name).state_dict()
            for key, weight in part.state_dict().items():
                assert torch.equal(weights[key], weight), (when, name, key)
        model.init_weights()


def test_a_missing_checkpoint_is_named():
    with pytest.raises(
            CheckpointError,
            match='no checkpoint file nowhere.pth: set '
            'model.inpaintor_checkpoint'):
        build_blind(inpaintor_checkpoint='nowhere.pth')
