"""MPRNet as a whole, and as the generator of MMagic's model."""

import copy

import pytest
import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.optim import OptimWrapper

from hcl_mmagic.models import MPRNet

TINY = dict(
    base_channels=8, level_channels=4, last_stage_channels=4, num_blocks=1)


@pytest.mark.parametrize('channels, millions', [((96, 48, 32), 20.1),
                                                ((40, 20, 16), 3.6),
                                                ((80, 48, 32), 15.7)])
def test_the_published_networks_have_their_numbers_of_weights(
        channels, millions):
    with torch.device('meta'):
        network = MPRNet(
            base_channels=channels[0],
            level_channels=channels[1],
            last_stage_channels=channels[2])
    count = sum(weight.numel() for weight in network.parameters())
    assert round(count / 1e6, 1) == millions


@pytest.mark.parametrize('size', [(16, 24), (19, 30), (1, 1)])
@torch.no_grad()
def test_a_picture_of_any_size_keeps_it(size):
    network, picture = MPRNet(**TINY), torch.rand(2, 3, *size)
    images = network(picture)
    assert [image.shape for image in images] == [picture.shape] * 3
    assert torch.equal(network.eval()(picture), images[-1])


@torch.no_grad()
def test_the_first_stages_see_parts_of_the_picture():
    network, picture = MPRNet(**TINY), torch.rand(1, 3, 32, 32)
    changed = picture.clone()
    changed[..., :16, :16] = torch.rand(3, 16, 16)
    differences = [(one - other).abs().amax(1)[0]
                   for one, other in zip(network(picture), network(changed))]
    # The lower half is decoded apart from the upper one, but by stage 1 only.
    assert not differences[0][16:].any() and differences[0][:16, 16:].any()
    assert differences[1][16:].any() and differences[2][16:].any()


def build_model():
    return MODELS.build(
        dict(
            type='BaseEditModel',
            generator=dict(type='MPRNet', **TINY),
            pixel_loss=dict(type='MultiStageLoss'),
            data_preprocessor=dict(
                type='DataPreprocessor', mean=[0.] * 3, std=[255.] * 3)))


def batch_of(size):
    clean = torch.randint(0, 256, (3, *size)).float()
    sample = DataSample(
        gt_img=clean,
        metainfo=dict(img_channel_order='rgb', gt_channel_order='rgb'))
    return dict(inputs=[clean.flip(1)], data_samples=[sample])


def test_every_weight_takes_part_in_the_loss():
    model = build_model()
    data = model.data_preprocessor(batch_of((16, 16)), training=True)
    model(**data, mode='loss')['loss'].backward()
    assert all(weight.grad is not None for weight in model.parameters())


def test_training_steps_lower_the_loss():
    model, batch = build_model(), batch_of((16, 16))
    wrapper = OptimWrapper(torch.optim.Adam(model.parameters(), lr=1e-2))
    losses = [
        model.train_step(copy.deepcopy(batch), wrapper)['loss']
        for _ in range(4)
    ]
    assert losses[-1] < losses[0]


@torch.no_grad()
def test_predictions_are_bgr_in_the_range_of_pixels():
    model, batch = build_model().eval(), batch_of((19, 30))
    picture = batch['inputs'][0]
    sample, = model.test_step(copy.deepcopy(batch))
    expected = model.generator(picture[None] / 255)[0].flip(0) * 255
    torch.testing.assert_close(sample.output.pred_img, expected.clamp(0, 255))
    torch.testing.assert_close(sample.input, picture.flip(0))
