"""Tests of building the networks that inference needs."""
from typing import Any, Dict

import pytest
import torch

from hcl_mmagic.apis.checkpoints.building import (build_model,
                                                  inference_config,
                                                  inference_weights)
from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.models import HCLRestorer

ENCODER = dict(
    type='HCLEncoder',
    base_channels=4,
    channel_mults=(1, 2),
    depths=(1, 1),
    window_size=4,
    init_cfg=dict(type='Kaiming', layer='Conv2d'))
DETECTOR = dict(
    type='ContrastiveDetectorHead',
    stage_channels=[4, 8],
    projection_channels=8,
    split=dict(
        type='TwoMeansSplit',
        sure_fractions=(1., 0.9),
        naming=dict(
            type='PixelVote', in_channels=8, hidden_channels=4,
            loss_weight=2.)),
    losses=dict(contrast=dict(type='HierarchicalContrastiveLoss')))
MODEL = dict(
    type='HCLRestorer',
    encoder=ENCODER,
    detector=DETECTOR,
    discriminator=dict(type='SNPatchDiscriminator'),
    loss_adversarial=dict(type='WGANGPLoss'),
    loss_coarse=dict(type='L1Loss'),
    mask_source='true',
    data_preprocessor=dict(type='DataPreprocessor', mean=[127.5] * 3))


def _config(**changes: Any) -> Dict[str, Any]:
    return inference_config(dict(MODEL, **changes))


def _weights() -> Dict[str, torch.Tensor]:
    return HCLRestorer(encoder=ENCODER, detector=DETECTOR).state_dict()


def test_only_the_networks_are_kept_of_a_config() -> None:
    config = _config()
    assert set(config) == {'type', 'encoder', 'detector'}
    assert 'init_cfg' not in config['encoder']
    assert 'losses' not in config['detector']
    assert set(config['detector']['split']['naming']) == {
        'type', 'in_channels', 'hidden_channels'
    }


def test_other_models_are_refused() -> None:
    with pytest.raises(
            CheckpointError, match="MultiScaleDetector, got .* 'AOTIn"):
        inference_config(dict(type='AOTInpaintor'))
    with pytest.raises(CheckpointError, match="got that of 'nothing'"):
        inference_config({})


@pytest.mark.parametrize('key, value', [('mean', [127.5, 0, 127.5]),
                                        ('std', 255.)])
def test_other_pixel_values_are_refused(key: str, value: Any) -> None:
    with pytest.raises(CheckpointError, match=f'the {key} .*expected 127.5'):
        _config(data_preprocessor={key: value})


def test_only_the_networks_are_kept_of_weights() -> None:
    one = torch.ones(2, dtype=torch.float16)
    kept = inference_weights({
        'module.encoder.weight': one,
        'discriminator.weight': one,
        'loss_perceptual.weight': one,
        'detector.count': torch.tensor(3)
    })
    assert set(kept) == {'encoder.weight', 'detector.count'}
    assert kept['encoder.weight'].dtype is torch.float32
    assert kept['detector.count'].dtype is torch.int64


@pytest.mark.parametrize('weight, message', [
    ([1.], 'the weight stem is no tensor, but list'),
    (torch.tensor([1., float('nan')]), 'stem holds values that are NaN'),
    (torch.tensor([float('inf')]), 'stem holds values that are NaN or inf'),
])
def test_weights_that_are_no_numbers_are_refused(weight: Any,
                                                 message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        inference_weights(dict(stem=weight))


def test_the_model_has_the_weights_and_does_not_train() -> None:
    weights = _weights()
    model = build_model(_config(), weights)
    assert not model.training
    assert not any(weight.requires_grad for weight in model.parameters())
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, weights[name])


def test_no_random_number_is_drawn() -> None:
    weights = _weights()
    state = torch.get_rng_state()
    build_model(_config(), weights)
    assert torch.equal(torch.get_rng_state(), state)


def test_weights_of_another_size_are_refused() -> None:
    weights = _weights()
    with pytest.raises(CheckpointError, match='fit the config: encoder.stem'):
        build_model(_config(), {**weights, 'encoder.stem.bias': torch.ones(5)})
    weights.pop('encoder.stem.bias')
    with pytest.raises(CheckpointError, match='stem.bias is missing'):
        build_model(_config(), weights)


@pytest.mark.parametrize('changes, message', [
    (dict(type='AOTEncoder'), "network 'AOTEncoder', which hcl_mmagic does"),
    (dict(type='Restoration'), "needs the network 'Restoration'"),
    (dict(type=None), 'needs the network None'),
    (dict(type=['HCLEncoder']), 'needs the network'),
    (dict(depths=(1, 10**9)), 'has the number 1000000000, expected at most'),
    (dict(base_channels=9_999), 'cannot be built: .*much larger networks'),
    (dict(depths=(1, 9_999)), 'cannot be built: .*much larger networks'),
    (dict(window_size=9_999), 'cannot be built: .*much larger networks'),
    (dict(colour=1), "cannot be built: .*argument 'colour'"),
    (dict(depths=None), 'cannot be built: '),
])
def test_configs_that_cannot_work_are_refused(changes: Dict[str, Any],
                                              message: str) -> None:
    config = _config(encoder=dict(ENCODER, **changes))
    with pytest.raises(CheckpointError, match=message):
        build_model(config, _weights())
