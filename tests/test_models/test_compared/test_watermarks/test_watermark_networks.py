"""The networks that remove watermarks: numbers of weights, and what of a
picture they look at."""

import pytest
import torch
import torch.nn.functional as F

from hcl_mmagic.errors import WeightsNotFoundError
from hcl_mmagic.models import (BlindS2AMNetwork, BVMRNetwork, DHANNetwork,
                               SIRFNetwork, SplitThenRefineNetwork)
from hcl_mmagic.models.compared.watermarks.hypercolumns import (AdaptiveNorm,
                                                                Hypercolumns)
from hcl_mmagic.models.compared.watermarks.spatial_attention import (
    BlindAttention, ChannelAttention, GivenMaskAttention)

SMALL = {
    BVMRNetwork: dict(widths=(8, 16, 32), num_blocks=1, num_shared=1),
    SplitThenRefineNetwork:
    dict(widths=(8, 16, 32), num_blocks=1, num_shared=1),
    BlindS2AMNetwork: dict(base_channels=4, num_levels=5),
    DHANNetwork: dict(channels=8, hypercolumns=False),
    SIRFNetwork: dict(channels=8, hypercolumns=False)
}
# Per network: images, masks, whether there is a layer.
RETURNED = {
    BVMRNetwork: (1, 1, True),
    SplitThenRefineNetwork: (2, 1, True),
    BlindS2AMNetwork: (1, 3, False),
    DHANNetwork: (1, 1, False),
    SIRFNetwork: (1, 0, True)
}


def count(network):
    return sum(weight.numel() for weight in network.parameters())


def norm_and_conv(in_channels, out_channels, area):
    """Weights of a convolution without bias, two factors, an offset."""
    return in_channels * out_channels * area + out_channels + 2


def expected_sirf():
    columns = 3 + 64 + 128 + 256 + 512 + 512
    return (norm_and_conv(columns, 64, 1) + 8 * norm_and_conv(64, 64, 9) +
            64 * 6 + 6)


def expected_dhan():
    columns = 3 + 64 + 128 + 256 + 512 + 512
    total = norm_and_conv(columns, 64, 1) + norm_and_conv(64, 64, 1)
    total += 7 * norm_and_conv(64, 64, 9)
    for joined in (2 * 64, 3 * 64, 3 * 64, 4 * 64):
        hidden = joined // 8
        attention = joined * hidden + hidden + hidden * joined + joined
        total += 2 * (attention + norm_and_conv(joined, 64, 9))
    total += 2 * (4 * norm_and_conv(64, 64, 1) + norm_and_conv(320, 64, 9))
    return total + 64 * 3 + 3 + 64 + 1


# The first three were counted in the networks that the authors' public code
# builds; the others' are written for a framework of 2018.
@pytest.mark.parametrize('network, published', [
    (BVMRNetwork, 20514919),
    (SplitThenRefineNetwork, 32606396),
    (BlindS2AMNetwork, 67009134),
    (SIRFNetwork, expected_sirf()),
    (DHANNetwork, expected_dhan()),
])
def test_the_number_of_weights_is_the_published_one(network, published):
    with torch.device('meta'):
        assert count(network()) == published


@pytest.mark.parametrize('network', SMALL)
@torch.no_grad()
def test_what_is_returned(network):
    num_images, num_masks, has_layer = RETURNED[network]
    picture = torch.rand(2, 3, 32, 64) * 2 - 1
    output = network(**SMALL[network])(picture)
    assert [image.shape for image in output.images] \
        == num_images * [picture.shape]
    assert len(output.mask_logits) == num_masks
    for logits in output.mask_logits:
        assert logits.shape[:2] == (2, 1)
        assert logits.shape[2] * 2 == logits.shape[3]
    assert (output.layer is not None) == has_layer


@pytest.mark.parametrize('network', SMALL)
@torch.no_grad()
def test_pictures_of_a_batch_do_not_see_each_other(network):
    model = network(**SMALL[network]).eval()
    pictures = torch.rand(3, 3, 32, 32) * 2 - 1
    together = model(pictures).images[0]
    alone = model(pictures[1:2]).images[0]
    torch.testing.assert_close(together[1:2], alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize('network',
                         [name for name in SMALL if name is not SIRFNetwork])
def test_a_side_that_is_no_multiple_is_refused(network):
    model = network(**SMALL[network])
    with pytest.raises(ValueError, match=f'multiples of {model.size_divisor}'):
        model(torch.zeros(1, 3, 32, 33))


@torch.no_grad()
def test_sirf_begins_as_the_identity_up_to_its_last_layer():
    network = SIRFNetwork(channels=8, hypercolumns=False)
    picture = torch.rand(1, 3, 6, 7) * 2 - 1
    features = network.layers[:-1](network.columns(picture))
    torch.testing.assert_close(features[:, :3], (picture + 1) / 2)
    assert not features[:, 3:].any()


@torch.no_grad()
def test_split_then_refine_leaves_the_picture_where_its_mask_is_empty():
    network = SplitThenRefineNetwork(**SMALL[SplitThenRefineNetwork])
    network.ends['mask'].weight.zero_()
    network.ends['mask'].bias.fill_(-100.)
    network.refine.to_image.weight.zero_()
    network.refine.to_image.bias.zero_()
    picture = torch.rand(1, 3, 16, 16) * 2 - 1
    torch.testing.assert_close(network(picture).images[0], picture)


@torch.no_grad()
def test_channel_attention_is_the_formula():
    attention = ChannelAttention(4, reduction=2, with_maximum=True)
    features = torch.rand(2, 4, 3, 5)
    first, _, second, _ = attention.weights
    for picture, weighed in zip(features, attention(features)):
        summary = [channel.mean() for channel in picture] \
            + [channel.max() for channel in picture]
        hidden = (first.weight @ torch.stack(summary) + first.bias).relu()
        weights = (second.weight @ hidden + second.bias).sigmoid()
        torch.testing.assert_close(weighed, picture * weights[:, None, None])


@torch.no_grad()
def test_a_given_mask_decides_which_region_is_changed():
    attention = GivenMaskAttention(8).eval()
    features = torch.rand(1, 8, 12, 12)
    mask = torch.zeros(1, 1, 24, 24)
    outside = attention(features, mask)
    torch.testing.assert_close(outside, attention.outside(features))
    mask[..., :12] = 1
    mixed = attention(features, mask)
    # The mask's border is softened by two pixels.
    assert torch.equal(mixed[..., 8:], outside[..., 8:])
    inside = attention(features, torch.ones_like(mask))
    torch.testing.assert_close(mixed[..., :4], inside[..., :4])


@torch.no_grad()
def test_a_blind_mask_is_found_from_mean_and_maximum():
    attention = BlindAttention(8).eval()
    features = torch.rand(1, 8, 9, 9)
    shuffled = features[:, torch.randperm(8)]
    torch.testing.assert_close(attention(features)[1], attention(shuffled)[1])


@torch.no_grad()
def test_adaptive_norm_mixes_two_versions():
    norm = AdaptiveNorm(2)
    norm.kept.fill_(0.25)
    norm.normalised.fill_(2.)
    norm.offset.fill_(0.5)
    features = torch.rand(3, 2, 8, 8) * 100
    expected = 0.25 * features + 2 * (
        F.instance_norm(features, eps=1e-3) + 0.5)
    torch.testing.assert_close(norm(features), expected)


@torch.no_grad()
def test_hypercolumns_are_the_features_of_the_vgg(vgg_file, vgg_features):
    columns = Hypercolumns(vgg_file('vgg19'), True)
    picture = torch.rand(1, 3, 32, 32) * 2 - 1
    found = columns(picture)
    assert found.shape[1] == columns.channels == 1475
    mean, std = (
        torch.tensor(values).view(3, 1, 1)
        for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    features = ((picture + 1) / 2 - mean) / std
    # Positions of the second ReLU of each block.
    expected = [(picture + 1) / 2]
    for position, layer in enumerate(vgg_features('vgg19')):
        features = layer(features.clone())
        if position in (3, 8, 13, 22, 31):
            expected.append(
                F.interpolate(features.clone(), (32, 32), mode='bilinear'))
    torch.testing.assert_close(found, torch.cat(expected, dim=1))


def test_hypercolumns_without_a_file_say_so(empty_cache):
    network = SIRFNetwork(channels=4)
    with pytest.raises(WeightsNotFoundError, match='no vgg19 weights at'):
        network(torch.zeros(1, 3, 8, 8))
