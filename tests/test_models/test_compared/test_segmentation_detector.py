"""SegmentationDetector against mmsegmentation's own models."""

import copy
import sys
from collections import OrderedDict

import pytest
import torch
from mmagic.registry import MODELS
from mmengine.config import ConfigDict
from mmengine.runner.checkpoint import (get_state_dict, load_state_dict,
                                        save_checkpoint)
from mmengine.structures import PixelData
from torch import nn

from hcl_mmagic.errors import (ConfigError, IncompatibleStackError,
                               WeightsNotFoundError)
from hcl_mmagic.models import SegmentationDetector

CROSS_ENTROPY = dict(type='CrossEntropyLoss')
IMAGENET = dict(
    type='SegDataPreProcessor',
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    bgr_to_rgb=True,
    size=(16, 24))


def head(**changes):
    """A head with dropout off, so that two passes agree."""
    return dict(
        type='FCNHead',
        in_channels=4,
        channels=4,
        num_convs=1,
        concat_input=False,
        dropout_ratio=0.,
        num_classes=2,
        norm_cfg=dict(type='BN'),
        loss_decode=CROSS_ENTROPY) | changes


def unet(**changes):
    """A UNet with an auxiliary head; sides are multiples of 4."""
    return dict(
        type='EncoderDecoder',
        backbone=dict(
            type='UNet',
            base_channels=4,
            num_stages=3,
            strides=(1, 1, 1),
            enc_num_convs=(1, 1, 1),
            dec_num_convs=(1, 1),
            downsamples=(True, True),
            enc_dilations=(1, 1, 1),
            dec_dilations=(1, 1)),
        decode_head=head(),
        auxiliary_head=[head(in_channels=8, in_index=-2)]) | changes


def segmenter(**changes):
    """A vision transformer for 32 px with a mask transformer."""
    return dict(
        type='EncoderDecoder',
        backbone=dict(
            type='VisionTransformer',
            img_size=32,
            patch_size=8,
            embed_dims=8,
            num_layers=1,
            num_heads=2),
        decode_head=dict(
            type='SegmenterMaskTransformerHead',
            in_channels=8,
            channels=8,
            num_classes=2,
            num_layers=1,
            num_heads=2,
            embed_dims=8,
            dropout_ratio=0.,
            norm_cfg=dict(type='LN', eps=0.1),
            loss_decode=CROSS_ENTROPY)) | changes


def build(config, size_divisor=8):
    """A detector with weights that tell pixels apart."""
    detector = SegmentationDetector(
        segmentor=config,
        size_divisor=size_divisor,
        data_preprocessor=dict(
            type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3))
    for weight in detector.parameters():
        if weight.ndim > 1:
            nn.init.normal_(weight, std=0.3)
    return detector.eval()


def build_in_mmseg(config, detector):
    """mmsegmentation's own model with the weights of the detector."""
    from mmseg.registry import MODELS as MMSEG_MODELS
    model = MMSEG_MODELS.build(
        ConfigDict(config, _scope_='mmseg', test_cfg=dict(mode='whole')))
    model.load_state_dict(detector.state_dict(), strict=True)
    return model.eval()


def bgr_picture(*size):
    """A picture as mmsegmentation loads it."""
    return torch.randint(256, (3, *size), dtype=torch.uint8)


def network_values(picture):
    """A batch of it for the detector: RGB in [-1, 1]."""
    return picture.flip(0)[None] / 127.5 - 1


def random_batch(*size):
    return torch.rand(2, 3, *size) * 2 - 1, (torch.rand(2, 1, *size)
                                             > 0.5).float()


@pytest.mark.parametrize('preprocessor', [
    IMAGENET, {
        **IMAGENET, 'bgr_to_rgb': False
    },
    dict(type='SegDataPreProcessor', bgr_to_rgb=True)
])
@torch.no_grad()
def test_predicts_what_mmsegmentation_does(preprocessor):
    config = unet(data_preprocessor=preprocessor)
    detector = build(config)
    picture = bgr_picture(16, 24)
    result, = build_in_mmseg(config,
                             detector).test_step(dict(inputs=[picture]))
    prob, = detector.mask_prob(network_values(picture))
    torch.testing.assert_close(
        prob, result.seg_logits.data.softmax(0)[1:], atol=1e-4, rtol=1e-4)
    assert prob.std() > 0.01


@torch.no_grad()
def test_the_network_gets_plain_rgb_without_a_preprocessor():
    detector = build(unet())
    corrupted, _ = random_batch(16, 16)
    logits = detector.segmentor.encode_decode(
        corrupted, [dict(img_shape=corrupted.shape[2:])] * 2)
    assert torch.equal(detector.mask_prob(corrupted), logits.softmax(1)[:, 1:])


@torch.no_grad()
def test_slides_over_large_pictures_as_the_config_says():
    config = unet(
        test_cfg=dict(mode='slide', crop_size=(16, 16), stride=(8, 8)))
    detector = build(config)
    corrupted, _ = random_batch(16, 24)
    segmentor = detector.segmentor
    left, right = (
        segmentor.encode_decode(crop, [dict(img_shape=crop.shape[2:])] * 2)
        for crop in (corrupted[..., :16], corrupted[..., 8:]))
    logits = torch.cat(
        [left[..., :8],
         (left[..., 8:] + right[..., :8]) / 2, right[..., 8:]], -1)
    torch.testing.assert_close(
        detector.mask_prob(corrupted),
        logits.softmax(1)[:, 1:])


def single_channel():
    return head(
        out_channels=1,
        loss_decode=dict(type='CrossEntropyLoss', use_sigmoid=True))


@torch.no_grad()
def test_a_single_channel_is_a_sigmoid():
    config = unet(decode_head=single_channel())
    detector = build(config)
    picture = bgr_picture(16, 24)
    # mmsegmentation applies the sigmoid itself, to one channel only.
    result, = build_in_mmseg(config, detector).predict(network_values(picture))
    torch.testing.assert_close(
        detector.mask_prob(network_values(picture))[0], result.seg_logits.data)


@pytest.mark.parametrize('config', [unet, segmenter])
@pytest.mark.parametrize('size', [(1, 1), (3, 70), (33, 24)])
@torch.no_grad()
def test_takes_pictures_of_any_size(config, size):
    prob = build(config()).mask_prob(random_batch(*size)[0])
    assert prob.shape == (2, 1, *size)
    assert prob.dtype == torch.float32
    assert 0 <= prob.min() <= prob.max() <= 1


@torch.no_grad()
def test_padding_is_the_mirrored_picture():
    detector = build(unet())
    corrupted, _ = random_batch(15, 16)
    mirrored = torch.cat([corrupted, corrupted[:, :, -2:-1]], dim=2)
    assert torch.equal(
        detector.mask_prob(corrupted),
        detector.mask_prob(mirrored)[:, :, :-1])


def test_losses_are_those_of_mmsegmentation():
    from mmseg.structures import SegDataSample
    config = unet(data_preprocessor=IMAGENET)
    detector = build(config)
    model = build_in_mmseg(config, detector)
    pictures = [bgr_picture(16, 24) for _ in range(2)]
    mask = (torch.rand(2, 1, 16, 24) > 0.3).float()
    batch = model.data_preprocessor(
        dict(
            inputs=pictures,
            data_samples=[
                SegDataSample(gt_sem_seg=PixelData(data=label.long()))
                for label in mask
            ]),
        training=True)
    expected = model.train().loss(**batch)
    losses = detector.train().loss(
        torch.cat([network_values(picture) for picture in pictures]), mask)
    assert set(losses) == {
        'decode.loss_ce', 'decode.acc_seg', 'aux_0.loss_ce', 'aux_0.acc_seg'
    }
    for name, loss in losses.items():
        torch.testing.assert_close(loss, expected[name], msg=name)


def test_the_loss_of_a_single_channel_is_the_binary_cross_entropy():
    detector = build(unet(decode_head=single_channel(), auxiliary_head=None))
    corrupted, mask = random_batch(16, 16)
    losses = detector.loss(corrupted, mask)
    assert set(losses) == {'decode.loss_ce'}
    torch.testing.assert_close(
        losses['decode.loss_ce'],
        nn.functional.binary_cross_entropy(
            detector.mask_prob(corrupted), mask))


def test_trains_on_crops_of_any_size():
    detector = build(unet()).train()
    detector.loss(*random_batch(13, 22))['decode.loss_ce'].backward()
    assert all(weight.grad is not None
               for weight in detector.segmentor.decode_head.parameters())


def test_cascades_are_segmented_too():
    config = dict(
        type='CascadeEncoderDecoder',
        num_stages=2,
        backbone=unet()['backbone'],
        decode_head=[
            head(),
            dict(
                type='OCRHead',
                in_channels=4,
                channels=4,
                ocr_channels=4,
                num_classes=2,
                norm_cfg=dict(type='BN'),
                loss_decode=CROSS_ENTROPY)
        ])
    detector = build(config)
    corrupted, mask = random_batch(16, 16)
    assert detector.mask_prob(corrupted).shape == mask.shape
    assert {'decode_0.loss_ce',
            'decode_1.loss_ce'} <= set(detector.loss(corrupted, mask))


def test_weights_keep_their_names_inside_another_model():
    model = nn.ModuleDict(dict(detector=build(unet()), other=nn.Linear(1, 1)))
    weights = get_state_dict(model)
    assert weights.keys() == {
        f'detector.{name}'
        for name in model['detector'].segmentor.state_dict()
    } | {'other.weight', 'other.bias'}

    other = nn.ModuleDict(dict(detector=build(unet()), other=nn.Linear(1, 1)))
    load_state_dict(other, weights, strict=True)
    other_weights = other.state_dict()
    assert all(
        torch.equal(weight, other_weights[name])
        for name, weight in weights.items())


def test_an_unknown_weight_is_refused():
    detector = build(unet())
    weights = OrderedDict(detector.state_dict(), surplus=torch.zeros(1))
    with pytest.raises(RuntimeError, match='Unexpected key.*surplus'):
        detector.load_state_dict(weights)


def test_a_copy_has_weights_of_its_own():
    detector = build(unet())
    twin = copy.deepcopy(detector)
    nn.init.zeros_(twin.segmentor.decode_head.conv_seg.bias)
    name = 'decode_head.conv_seg.bias'
    assert not twin.state_dict()[name].any()
    assert detector.state_dict()[name].any()


def test_starts_from_a_local_file_of_pretrained_weights(tmp_path):
    path = tmp_path / 'backbone.pth'
    pretrained = build(segmenter()).segmentor.backbone
    save_checkpoint(dict(state_dict=pretrained.state_dict()), str(path))
    config = segmenter()
    # for 64 px: the position embedding is resized
    config['backbone'].update(
        img_size=64, init_cfg=dict(type='Pretrained', checkpoint=str(path)))
    detector = SegmentationDetector(segmentor=config)
    detector.init_weights()
    loaded = detector.segmentor.backbone
    assert loaded.pos_embed.shape[1] == 8 * 8 + 1
    assert torch.equal(loaded.layers[0].ffn.layers[1].weight,
                       pretrained.layers[0].ffn.layers[1].weight)


def test_a_missing_file_of_pretrained_weights_is_named():
    config = segmenter()
    config['backbone']['init_cfg'] = dict(
        type='Pretrained', checkpoint='nowhere/vit.pth')
    detector = SegmentationDetector(segmentor=config)
    with pytest.raises(
            WeightsNotFoundError,
            match='nowhere/vit.pth.*backbone.init_cfg=None'):
        detector.init_weights()


@pytest.mark.parametrize('config, message', [
    (unet(decode_head=head(num_classes=19)),
     'decode_head has 19 classes, expected 2 .*set num_classes=2'),
    (unet(auxiliary_head=[head(in_channels=8, in_index=-2, num_classes=3)]),
     'auxiliary_head.0 has 3 classes'),
    (unet(decode_head=head(out_channels=1)), 'use_sigmoid=True'),
    (dict(type='UNet',
          norm_cfg=dict(type='BN')), 'must be an EncoderDecoder .* got UNet'),
])
def test_what_is_no_detector_is_refused(config, message):
    with pytest.raises(ConfigError, match=message):
        MODELS.build(dict(type='SegmentationDetector', segmentor=config))


def test_says_how_to_install_mmsegmentation(monkeypatch):
    monkeypatch.setitem(sys.modules, 'mmseg.models', None)
    with pytest.raises(IncompatibleStackError, match='pip install'):
        build(unet())
