"""Stable Diffusion with tiny random weights: what it sees, and refusals."""
import random
import shutil
import socket
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import pytest
import torch
from tiny_diffusion import write_tiny_diffusion
from tiny_inpaintors import build_blind, damaged_batch

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.models.blind import StableDiffusionRepairer

STEPS = 2


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_tiny_diffusion(tmp_path_factory.mktemp('sd') / 'tiny')


@pytest.fixture(scope='module')
def model(folder: str) -> StableDiffusionRepairer:
    return StableDiffusionRepairer(folder=folder, num_steps=STEPS).eval()


def pictures(height: int = 32, width: int = 48, count: int = 1) -> tuple:
    generator = torch.Generator().manual_seed(0)
    corrupted = torch.rand(count, 3, height, width, generator=generator)
    mask = torch.zeros(count, 1, height, width)
    mask[..., :(height + 1) // 2, :(width + 1) // 2] = 1
    return corrupted * 2 - 1, mask


def test_at_a_size_that_fits_it_is_mmagics_own_answer(
        model: StableDiffusionRepairer) -> None:
    corrupted, mask = pictures()
    own = model.diffusion.infer(
        '',
        image=corrupted.clone(),
        mask_image=mask.clone(),
        height=32,
        width=48,
        num_inference_steps=STEPS,
        guidance_scale=1.,
        seed=0,
        show_progress=False,
        return_type='tensor')['samples'].clamp(-1, 1)
    assert own.std() > 0.1
    assert torch.equal(model.repair(corrupted, mask), own)


@pytest.mark.parametrize('size', [(1, 1), (5, 90), (37, 50)])
def test_pictures_of_any_size_are_repaired(model: StableDiffusionRepairer,
                                           size: tuple) -> None:
    image = model.repair(*pictures(*size))
    assert image.shape == (1, 3, *size) and image.dtype == torch.float32
    assert image.isfinite().all() and image.abs().max() <= 1


def test_a_picture_has_one_repair_alone_and_beside_others(
        model: StableDiffusionRepairer) -> None:
    corrupted, mask = pictures(count=3)
    together = model.repair(corrupted, mask)
    torch.manual_seed(7)
    assert torch.equal(together[1:2], model.repair(corrupted[1:2], mask[1:2]))


def test_what_lies_under_the_mask_is_not_seen(
        model: StableDiffusionRepairer) -> None:
    corrupted, mask = pictures()
    other = torch.where(mask > 0.5, -corrupted, corrupted)
    assert torch.equal(
        model.repair(corrupted, mask), model.repair(other, mask))


def test_random_numbers_and_arguments_of_the_caller_stay(
        model: StableDiffusionRepairer) -> None:
    corrupted, mask = pictures()
    soft = mask * 0.7
    given = corrupted.clone(), soft.clone()

    def states() -> tuple:
        numpy = np.random.get_state(legacy=False)['state']
        return (random.getstate(), numpy['key'].tolist(), numpy['pos'],
                torch.get_rng_state().tolist())

    before = states()
    model.repair(corrupted, soft)
    assert states() == before
    assert torch.equal(corrupted, given[0]) and torch.equal(soft, given[1])


def test_the_options_of_the_repair_count(folder: str,
                                         model: StableDiffusionRepairer
                                         ) -> None:  # yapf: disable
    expected = model.repair(*pictures())
    changes: List[Dict[str, Any]] = [
        dict(seed=1, num_steps=STEPS),
        dict(num_steps=STEPS + 1),
        dict(num_steps=STEPS, prompt='a b', guidance_scale=7.5)
    ]
    for options in changes:
        other = StableDiffusionRepairer(folder=folder, **options)
        assert not torch.equal(other.repair(*pictures()), expected), options


def test_it_repairs_what_a_detector_finds(model: StableDiffusionRepairer
                                          ) -> None:  # yapf: disable
    batch = damaged_batch(size=50)
    blind = build_blind(inpaintor=model).eval()
    with torch.no_grad():
        results = blind.test_step(batch)
    for result, picture, sample in zip(results, batch['inputs'],
                                       batch['data_samples']):
        changed = result.output.pred_img.ne(picture.flip(0)).any(0)
        assert torch.equal(changed, sample.mask[0] > 0)


def test_it_is_not_trained(model: StableDiffusionRepairer) -> None:
    assert not any(weight.requires_grad for weight in model.parameters())
    blind = build_blind(inpaintor=model).train()
    assert not model.diffusion.unet.training
    with pytest.raises(
            ConfigError, match='only repairs: it cannot be trained'):
        blind.train_step(damaged_batch(), None)


# Refusals


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:

    def refuse(*_: object) -> None:
        raise AssertionError('asks the network')

    monkeypatch.setattr(socket.socket, 'connect', refuse)


@pytest.mark.parametrize('name', ['runwayml/stable-diffusion-inpainting', ''])
def test_a_name_is_refused_without_asking_for_it(name: str, tmp_path: Path,
                                                 no_network: None) -> None:
    with pytest.raises(
            ConfigError,
            match='expected a folder on this machine with unet, vae, text_enc'
            'oder and tokenizer, got .* which .*: nothing is downloaded'):
        StableDiffusionRepairer(folder=name or str(tmp_path))


@pytest.mark.parametrize('part', ['unet', 'vae', 'text_encoder'])
def test_weights_that_may_hold_code_are_not_read(folder: str, tmp_path: Path,
                                                 part: str) -> None:
    shutil.copytree(folder, tmp_path / 'copy')
    weights, = (tmp_path / 'copy' / part).glob('*.safetensors')
    weights.rename(weights.with_name('diffusion_pytorch_model.bin'))
    with pytest.raises(ConfigError, match=f'has no {part}/.*safetensors'):
        StableDiffusionRepairer(folder=str(tmp_path / 'copy'))


def test_a_damaged_file_is_refused(folder: str, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / 'copy')
    weights, = (tmp_path / 'copy/unet').glob('*.safetensors')
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ConfigError, match='cannot load'):
        StableDiffusionRepairer(folder=str(tmp_path / 'copy'))


def test_a_network_for_other_work_is_refused(tmp_path: Path) -> None:
    folder = write_tiny_diffusion(tmp_path / 'sd', in_channels=4)
    with pytest.raises(ConfigError, match='takes 4 channels, expected the 9'):
        StableDiffusionRepairer(folder=folder)


@pytest.mark.parametrize('options', [
    dict(num_steps=0),
    dict(num_steps=1001),
    dict(seed=-1),
])
def test_numbers_out_of_range_are_refused(options: dict) -> None:
    with pytest.raises(ConfigError, match=r'num_steps must be in \[1, 1000\]'):
        StableDiffusionRepairer(folder='', **options)
