"""Loading inpainting models of a config for inference."""
from pathlib import Path
from typing import Any, Dict, Tuple

import numpy as np
import pytest
import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel
from tiny_diffusion import write_tiny_diffusion
from tiny_inpaintor_files import CROP, write_config, write_tiny_inpaintor
from tiny_inpaintors import AOT

from hcl_mmagic.apis.checkpoints.configured_inpaintors import (
    MMAGIC_BYTES, SMALLEST_TILE, load_configured, read_inpaintor_config)
from hcl_mmagic.apis.memory import LARGEST_TILE
from hcl_mmagic.apis.torch_networks import weight_bytes
from hcl_mmagic.errors import CheckpointError, ConfigError, PhotographError

DETECTOR = dict(type='GivenMaskDetector')
ROOT = Path(__file__).parents[3]
DIFFUSION = dict(type='StableDiffusionRepairer', num_steps=2)


@pytest.fixture(scope='module')
def files(tmp_path_factory: pytest.TempPathFactory) -> Tuple[str, str]:
    return write_tiny_inpaintor(tmp_path_factory.mktemp('inpaintor'))


def picture_and_mask() -> Tuple[np.ndarray, np.ndarray]:
    mask = np.zeros((50, 70), np.uint8)
    mask[10:20, 10:40] = 1
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (50, 70, 3), dtype=np.uint8), mask


def test_only_what_repairs_is_built(files: Tuple[str, str]) -> None:
    loaded = load_configured(*files)
    model = loaded.model.model
    assert [name for name, _ in model.named_children()
            ] == ['data_preprocessor', 'generator']
    assert not model.training
    assert loaded.name == 'tiny-aot' and loaded.path == Path(files[1])
    assert (loaded.short_side, loaded.reach) == (CROP, CROP // 4)


def test_the_inpaintor_of_a_blind_one_is_taken_with_its_weights(
        files: Tuple[str, str], tmp_path: Path) -> None:
    config = write_config(
        tmp_path / 'blind.py',
        dict(
            type='BlindInpaintor',
            detector=DETECTOR,
            inpaintor=AOT,
            inpaintor_checkpoint=files[1]))
    picture, mask = picture_and_mask()
    repaired, expected = (
        loaded.repair(picture, mask)
        for loaded in (load_configured(config), load_configured(*files)))
    np.testing.assert_array_equal(repaired, expected)
    assert repaired.std() > 12


def test_a_checkpoint_of_a_whole_blind_one_holds_its_inpaintor(
        files: Tuple[str, str], tmp_path: Path) -> None:
    weights = torch.load(files[1], weights_only=True)['state_dict']
    whole = {f'inpaintor.{key}': value for key, value in weights.items()}
    torch.save(
        dict(state_dict=dict(whole, **{'detector.weight': torch.ones(3)})),
        tmp_path / 'whole.pth')
    loaded = load_configured(files[0], str(tmp_path / 'whole.pth'))
    for key, value in loaded.model.model.generator.state_dict().items():
        torch.testing.assert_close(value, weights[f'generator.{key}'])


@pytest.mark.parametrize('name, size', [
    ('aot_gan/aot-gan_smpgan_4xb4_places-512x512', 512),
    ('deepfillv2/deepfillv2_8xb2_places-256x256', 256),
    ('partial_conv/pconv_stage2_4xb2_places-256x256', 256),
])
def test_the_size_that_mmagic_trained_at(name: str, size: int) -> None:
    import mmagic
    folder = Path(mmagic.__file__).parent / '.mim' / 'configs'
    config = read_inpaintor_config(str(folder / f'{name}.py'))
    assert config.training_size == size
    assert not any(
        key.startswith('loss_') or key == 'disc' for key in config.model)


def test_tiles_are_as_large_as_the_crops_of_training(
        files: Tuple[str, str]) -> None:
    loaded = load_configured(*files)
    demand = loaded.demand
    assert demand.resident_bytes == MMAGIC_BYTES + weight_bytes(
        loaded.model.model)
    assert CROP < demand.largest_tile == SMALLEST_TILE < LARGEST_TILE
    assert demand.divisor == 64  # not the network's 4


def test_no_answer_is_an_error_for_people(files: Tuple[str, str]) -> None:
    loaded = load_configured(*files)
    next(loaded.model.model.parameters()).data.fill_(float('nan'))
    with pytest.raises(
            PhotographError, match='tiny-aot gives values .* numbers'):
        loaded.repair(*picture_and_mask())


@MODELS.register_module()
class Enlarger(BaseModel):
    """Gives pictures of twice the size."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.ConvTranspose2d(3, 3, 2, 2)

    def forward(self, inputs: Any, data_samples: Any, mode: str) -> None:
        pass

    def repair(self, corrupted: torch.Tensor,
               mask: torch.Tensor) -> torch.Tensor:
        return self.layer(corrupted)


@pytest.mark.parametrize('model, message', [
    ({}, 'no inpainting model: expected model = dict'),
    (dict(type='Nowhere'), 'cannot be built: .*Nowhere is not in'),
    (dict(AOT, encdec=3), 'cannot be built'),
    (dict(type='Enlarger'), 'does not know what Enlarger expects'),
    (dict(
        type='BlindInpaintor',
        detector=DETECTOR,
        inpaintor=dict(type='Enlarger'),
        input_convention=dict(channel_order='rgb', fill_value=0)),
     r'cannot be used .* size \(3, 64, 64\) into \(3, 128, 128\)'),
])
def test_other_models_are_refused(tmp_path: Path, model: Dict[str, Any],
                                  message: str) -> None:
    torch.save(Enlarger().state_dict(), tmp_path / 'weights.pth')
    config = write_config(tmp_path / 'config.py', model)
    with pytest.raises(ConfigError, match=message):
        load_configured(config, str(tmp_path / 'weights.pth'))


def test_files_that_lead_nowhere_are_named(files: Tuple[str, str],
                                           tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='no config file nowhere.py'):
        load_configured('nowhere.py', files[1])
    with pytest.raises(ConfigError, match='names no weights: say which'):
        load_configured(files[0])
    with pytest.raises(CheckpointError, match='no checkpoint file no.pth'):
        load_configured(files[0], 'no.pth')
    (tmp_path / 'broken.py').write_text('model = dict(type=\n')
    with pytest.raises(ConfigError, match='broken.py cannot be read'):
        load_configured(str(tmp_path / 'broken.py'), files[1])


def test_weights_of_another_model_are_refused(files: Tuple[str, str],
                                              tmp_path: Path) -> None:
    torch.save(dict(encoder=torch.ones(1)), tmp_path / 'other.pth')
    with pytest.raises(
            CheckpointError,
            match=r'other.pth does not fit the inpaintor: generator\S+ is'):
        load_configured(files[0], str(tmp_path / 'other.pth'))


# Stable Diffusion, whose weights are a folder


@pytest.fixture(scope='module')
def diffusion(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_tiny_diffusion(tmp_path_factory.mktemp('sd') / 'tiny')


@pytest.mark.parametrize('dtype', ['float32', 'bfloat16'])
def test_the_folder_of_the_config_needs_no_checkpoint(diffusion: str,
                                                      tmp_path: Path,
                                                      dtype: str) -> None:
    config = write_config(tmp_path / 'sd.py',
                          dict(DIFFUSION, folder=diffusion))
    loaded = load_configured(config, dtype=dtype)
    assert loaded.path == Path(diffusion) and loaded.sha256 is None
    assert loaded.demand.divisor == 64
    picture, mask = picture_and_mask()
    repaired = loaded.repair(picture, mask)
    assert repaired.shape == picture.shape and repaired.std() > 12
    np.testing.assert_array_equal(repaired, loaded.repair(picture, mask))


def test_another_folder_takes_the_place_of_the_configs(diffusion: str,
                                                       tmp_path: Path) -> None:
    model = dict(
        type='BlindInpaintor',
        detector=DETECTOR,
        inpaintor=dict(DIFFUSION, folder='nowhere'))
    config = write_config(tmp_path / 'sd.py', model)
    assert load_configured(config, diffusion).path == Path(diffusion)


def test_the_recipe_sees_what_it_was_trained_on() -> None:
    path = ROOT / 'configs/blind_stable-diffusion_places_512.py'
    config = read_inpaintor_config(str(path))
    assert config.model['type'] == DIFFUSION['type']
    assert config.training_size == LARGEST_TILE


@pytest.mark.parametrize('folder', [
    dict(),
    dict(folder='runwayml/stable-diffusion-inpainting'),
])
def test_what_is_no_folder_is_not_downloaded(tmp_path: Path,
                                             folder: Dict[str, str]) -> None:
    config = write_config(tmp_path / 'sd.py', dict(DIFFUSION, **folder))
    with pytest.raises(
            ConfigError,
            match='sd.py cannot be built: .*expected a folder on this machine '
            '.*: nothing is downloaded$'):
        load_configured(config)
