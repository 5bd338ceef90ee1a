"""Renaming of official weights: nothing lost, nothing made up."""
import pytest
import torch
from mmagic.registry import MODELS
from mmengine import Config
from mmengine.registry import init_default_scope
from reference import official_recording

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.models.official import (DetectionSettings, check_fit,
                                        convert_weights, flatten_checkpoint,
                                        model_config, read_sizes)


@pytest.fixture
def checkpoint():
    return official_recording.load_checkpoint()


def expected_weights(flat):
    init_default_scope('mmagic')
    base = Config.fromfile('configs/_base_/models/hcl.py').model.to_dict()
    config = model_config(read_sizes(flat), DetectionSettings(), base)
    return MODELS.build(config).state_dict()


def test_every_weight_finds_its_place(checkpoint):
    flat = flatten_checkpoint(checkpoint)
    renamed = convert_weights(flat)
    assert set(renamed.sources.values()) == set(flat)
    check_fit(renamed, expected_weights(flat))


def test_only_the_classifier_changes_sign(checkpoint):
    flat = flatten_checkpoint(checkpoint)
    renamed = convert_weights(flat)
    flipped = {
        renamed.sources[name]
        for name, weight in renamed.state_dict.items()
        if not torch.equal(weight, flat[renamed.sources[name]].view_as(weight))
    }
    assert flipped == {'classifier.cls.2.weight', 'classifier.cls.2.bias'}
    for name in flipped:
        ours = renamed.state_dict['detector.split.naming.layers.2.' +
                                  name.rsplit('.', 1)[1]]
        assert torch.equal(ours, -flat[name])


def test_optimizers_and_index_buffers_are_left_out(checkpoint):
    flat = flatten_checkpoint(checkpoint)
    assert not any('optimizer' in name or 'attn_mask' in name
                   or 'relative_position_index' in name for name in flat)


def test_an_unknown_entry_is_named(checkpoint):
    checkpoint['extra'] = dict(weight=torch.zeros(1))
    checkpoint['inpaintnet']['note'] = 'text'
    with pytest.raises(
            CheckpointError,
            match='no part of HCL uses: inpaintnet.note, extra.weight'):
        flatten_checkpoint(checkpoint)


def test_an_unused_weight_is_named(checkpoint):
    checkpoint['refinenet']['surplus.weight'] = torch.zeros(1)
    flat = flatten_checkpoint(checkpoint)
    with pytest.raises(
            CheckpointError,
            match='refinenet.surplus.weight is used by no part'):
        check_fit(convert_weights(flat), expected_weights(flat))


def test_a_missing_weight_is_named(checkpoint):
    del checkpoint['inpaintnet']['decoder']['last_conv.conv.bias']
    flat = flatten_checkpoint(checkpoint)
    with pytest.raises(CheckpointError, match='gives decoder.to_image.bias'):
        check_fit(convert_weights(flat), expected_weights(flat))


def test_a_misshapen_weight_is_named(checkpoint):
    checkpoint['pdisc']['disc.3.conv.bias'] = torch.zeros(5)
    flat = flatten_checkpoint(checkpoint)
    with pytest.raises(
            CheckpointError,
            match=r'pdisc.disc.3.conv.bias has the shape \(5,\) instead of '
            r'\(8,\)'):
        check_fit(convert_weights(flat), expected_weights(flat))


@pytest.mark.parametrize('other, message', [
    (dict(state_dict={}), 'it has no inpaintnet, but state_dict'),
    ({}, 'it has no inpaintnet, but nothing'),
    ([], 'is a dict with inpaintnet, got list'),
])
def test_other_files_are_refused(other, message):
    with pytest.raises(CheckpointError, match=message):
        flatten_checkpoint(other)
