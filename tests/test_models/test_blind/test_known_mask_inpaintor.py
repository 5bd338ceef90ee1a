"""KnownMaskInpaintor against MMagic's own pipelines, and its refusals."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch
from mmagic.datasets.transforms import GetMaskedImage, PackInputs
from mmengine.optim import OptimWrapper
from tiny_inpaintors import (AOT, GLOBAL_LOCAL, build_inpaintor, damaged_batch,
                             optimizers)
from tiny_restorer import TINY_CONFIG
from torch import nn

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.models.blind import KnownMaskInpaintor, find_convention

BOTH_ORDERS = pytest.mark.parametrize('config', [AOT, GLOBAL_LOCAL])


def wrap(config, convention=None, **changes):
    model = build_inpaintor(config, **changes)
    return KnownMaskInpaintor(model, find_convention(model, convention))


@contextmanager
def seen_by(network):
    """Collects what a network is given."""
    inputs = []
    handle = network.register_forward_pre_hook(
        lambda _, arguments: inputs.append(arguments[0].detach().clone()))
    yield inputs
    handle.remove()


def own_pipeline(batch, order):
    """What MMagic's pipeline makes of the clean pictures and the masks."""
    packed = []
    for sample in batch['data_samples']:
        channels = slice(None, None, -1 if order == 'bgr' else 1)
        clean = sample.gt_img.numpy().transpose(1, 2, 0)[..., channels]
        results = dict(
            gt=np.ascontiguousarray(clean, np.uint8),
            mask=sample.mask.numpy().transpose(1, 2, 0),
            gt_channel_order=order,
            mask_bbox=(0, 0, 32, 32))
        packed.append(PackInputs()(GetMaskedImage()(results)))
    return {
        key: [item[key] for item in packed]
        for key in ('inputs', 'data_samples')
    }


def true_mask(batch):
    return torch.stack([sample.mask for sample in batch['data_samples']])


@BOTH_ORDERS
def test_at_test_the_network_sees_what_its_own_pipeline_shows(config):
    inpaintor, batch = wrap(config), damaged_batch()
    model = inpaintor.model.eval()
    expected = own_pipeline(batch, inpaintor.convention.channel_order)
    corrupted = (torch.stack(batch['inputs']) - 127.5) / 127.5
    with torch.no_grad(), seen_by(model.generator) as seen:
        inpaintor.repair(corrupted, true_mask(batch))
        data = model.data_preprocessor(expected, False)
        model(**data, mode='tensor')
    assert torch.equal(seen[0], seen[1])


@BOTH_ORDERS
def test_in_training_the_network_sees_what_its_own_pipeline_shows(config):
    batch, seen = damaged_batch(), {}
    for own in (True, False):
        inpaintor = wrap(config)
        model = inpaintor.model
        wrappers = optimizers(generator=model.generator, disc=model.disc)
        with seen_by(model.generator) as seen[own]:
            if own:
                order = inpaintor.convention.channel_order
                model.train_step(own_pipeline(batch, order), wrappers)
            else:
                inpaintor.train_step(batch, true_mask(batch), wrappers)
    assert torch.equal(seen[True][0], seen[False][0])


def test_training_learns_the_clean_picture_under_the_given_mask():
    inpaintor, batch = wrap(AOT), damaged_batch()
    model = inpaintor.model
    with seen_by(model.loss_l1_valid) as seen:
        handle = model.loss_l1_valid.register_forward_pre_hook(
            lambda _, arguments: seen.append(arguments[1]))
        inpaintor.train_step(
            batch, 1 - true_mask(batch),
            optimizers(generator=model.generator, disc=model.disc))
        handle.remove()
    clean = torch.stack([item.gt_img for item in batch['data_samples']])
    assert torch.equal(seen[1], (clean - 127.5) / 127.5)


def test_the_batch_is_left_as_it_is():
    inpaintor, batch = wrap(AOT), damaged_batch()
    model = inpaintor.model
    inpaintor.train_step(
        batch, true_mask(batch),
        optimizers(generator=model.generator, disc=model.disc))
    for item, picture in zip(damaged_batch()['data_samples'],
                             batch['data_samples']):
        assert torch.equal(item.gt_img, picture.gt_img)
        assert torch.equal(item.mask, picture.mask)


@pytest.mark.parametrize('size', [(1, 1), (5, 90), (37, 50)])
def test_pictures_of_any_size_are_repaired(size):
    inpaintor = wrap(AOT)
    with torch.no_grad():
        image = inpaintor.repair(
            torch.zeros(1, 3, *size), torch.ones(1, 1, *size))
    assert image.shape == (1, 3, *size) and image.dtype == torch.float32


class Copier(nn.Module):
    """An inpainting model that returns what it is given."""

    def __init__(self, preprocessor):
        super().__init__()
        self.data_preprocessor = preprocessor

    def forward_tensor(self, inputs, data_samples):
        self.inputs = inputs
        return inputs, inputs


def test_pixels_have_the_scale_of_the_model_and_return_to_ours():
    from mmagic.models import DataPreprocessor
    model = Copier(DataPreprocessor(mean=[1., 2., 3.], std=[4., 5., 6.]))
    inpaintor = KnownMaskInpaintor(
        model,
        find_convention(model, dict(channel_order='bgr', fill_value=None)))
    corrupted = torch.rand(1, 3, 4, 4) * 2 - 1
    image = inpaintor.repair(corrupted, torch.ones(1, 1, 4, 4))
    red = (corrupted[0, 0] * 127.5 + 127.5 - 3) / 6
    torch.testing.assert_close(model.inputs[0, 2], red)
    torch.testing.assert_close(image, corrupted, atol=1e-6, rtol=0)


def test_the_order_of_the_data_preprocessor_is_the_networks():
    from mmagic.models import DataPreprocessor
    model = Copier(DataPreprocessor(output_channel_order='RGB'))
    inpaintor = KnownMaskInpaintor(
        model, find_convention(model, dict(channel_order='bgr', fill_value=0)))
    corrupted = torch.rand(1, 3, 4, 4)
    inpaintor.repair(corrupted, torch.zeros(1, 1, 4, 4))
    assert torch.equal(model.inputs, corrupted)


def test_hcl_repairs_by_its_own_method():
    from mmagic.registry import MODELS
    from mmengine.config import Config
    config = Config.fromstring(TINY_CONFIG, '.py').model
    model = MODELS.build(dict(config, detector=None, mask_source='true'))
    inpaintor = KnownMaskInpaintor(model, find_convention(model))
    corrupted, mask = torch.rand(1, 3, 20, 30), torch.zeros(1, 1, 20, 30)
    mask[..., 5:10] = 1
    with torch.no_grad():
        assert torch.equal(
            inpaintor.repair(corrupted, mask), model.repair(corrupted, mask))
    assert inpaintor.size_divisor == model.size_divisor


def test_a_model_of_one_optimizer_gets_the_optimizer_itself():
    inpaintor = wrap(AOT,
                     dict(optimizers=('generator', ), single_optimizer=True))
    given = []
    inpaintor.model.train_step = lambda data, wrapper: given.append(wrapper)
    batch = damaged_batch()
    inpaintor.train_step(batch, true_mask(batch),
                         optimizers(generator=inpaintor.model.generator))
    assert isinstance(given[0], OptimWrapper)


def test_a_missing_optimizer_is_named():
    inpaintor, batch = wrap(AOT), damaged_batch()
    with pytest.raises(ConfigError, match="generator, disc, but.*no 'disc'"):
        inpaintor.train_step(batch, true_mask(batch),
                             optimizers(generator=inpaintor.model.generator))


def test_the_order_of_the_optimizers_does_not_matter():
    inpaintor, batch = wrap(AOT), damaged_batch()
    model = inpaintor.model
    assert 'loss' in inpaintor.train_step(
        batch, true_mask(batch),
        optimizers(disc=model.disc, generator=model.generator))


def test_a_single_optimizer_is_not_several():
    inpaintor, batch = wrap(AOT), damaged_batch()
    wrapper = optimizers(generator=inpaintor.model.generator)['generator']
    with pytest.raises(ConfigError, match="the config has no 'generator'"):
        inpaintor.train_step(batch, true_mask(batch), wrapper)


def train_step(inpaintor, size):
    model, batch = inpaintor.model, damaged_batch(size)
    return inpaintor.train_step(
        batch, true_mask(batch),
        optimizers(generator=model.generator, disc=model.disc))


@pytest.mark.parametrize('size', [32, 62])
def test_crops_that_the_network_cannot_take_are_refused(size):
    with pytest.raises(
            ConfigError, match=f'multiples of 4.*at least 36, got {size}x'):
        train_step(wrap(AOT), size)


def test_crops_that_the_discriminators_cannot_take_are_refused():
    with pytest.raises(
            ConfigError, match='crops of 128x128 with windows of 32x32'):
        train_step(wrap(GLOBAL_LOCAL), 128)


def test_windows_larger_than_the_crop_are_refused():
    with pytest.raises(
            ConfigError, match='crops of 24x24 with windows of 32x32'):
        train_step(wrap(GLOBAL_LOCAL), 24)


def test_training_without_a_train_cfg_is_refused():
    with pytest.raises(ConfigError, match='without a train_cfg'):
        train_step(wrap(AOT, train_cfg=None), 64)
