"""Tests of loading a model for inference."""
import hashlib
import random
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from reference import official_recording
from tiny_checkpoint import write_tiny_checkpoint

import hcl_mmagic
from hcl_mmagic import toolbox
from hcl_mmagic.apis.checkpoints import load_model, loading_models
from hcl_mmagic.errors import (CheckpointError, ConfigError,
                               IncompatibleStackError)

# What inference can do without, and what takes seconds to import.
NOT_IMPORTED = """
import sys
from hcl_mmagic.apis.checkpoints import load_model
load_model(sys.argv[1])
heavy = ['mmagic.models', 'mmagic.apis', 'mmagic.structures',
         'hcl_mmagic.datasets', 'hcl_mmagic.engine', 'skimage', 'matplotlib']
print([name for name in heavy if name in sys.modules])
"""


def test_it_restores_as_the_trained_model_does(tmp_path: Path) -> None:
    trained = write_tiny_checkpoint(tmp_path / 'a.pth', experiment_name='a')
    loaded = load_model(str(tmp_path / 'a.pth'))
    image = torch.rand(1, 3, 50, 70) * 2 - 1
    torch.manual_seed(1)
    with torch.no_grad():
        expected = trained.restore(image)
        torch.manual_seed(1)
        restoration = loaded.model.restore(image)
    assert torch.equal(restoration.mask, expected.mask)
    assert torch.equal(restoration.image, expected.image)
    assert loaded.sha256 == hashlib.sha256(
        (tmp_path / 'a.pth').read_bytes()).hexdigest()
    assert (loaded.short_side, loaded.reach) == (96, 64 // 4)
    assert (loaded.name, loaded.path) == ('a', tmp_path / 'a.pth')
    assert (loaded.device.type, loaded.dtype) == ('cpu', torch.float32)


def test_an_official_checkpoint_gives_what_its_code_gave(
        tmp_path: Path) -> None:
    torch.save(official_recording.load_checkpoint(), tmp_path / 'a.pt')
    model = load_model(str(tmp_path / 'a.pt')).model
    arrays = official_recording.load_arrays()
    features = model.encoder(torch.from_numpy(arrays['x']))
    for stage, feature in enumerate(features):
        recorded = torch.from_numpy(arrays[f'feat{stage}'])
        torch.testing.assert_close(feature, recorded, rtol=0, atol=1e-4)
    # Masks are 1 = intact there.
    corrupted = 1 - torch.from_numpy(arrays['pred.pred_masks0']).float()
    refined = model.refiner(
        torch.from_numpy(arrays['decoder_out']),
        F.interpolate(corrupted, scale_factor=2.))
    recorded = torch.from_numpy(arrays['refined'])
    torch.testing.assert_close(refined, recorded, rtol=0, atol=1e-4)


def test_options_are_checked_before_the_file() -> None:
    with pytest.raises(ConfigError, match='unknown device'):
        load_model('none.pth', device='tpu7')
    with pytest.raises(ConfigError, match='unknown dtype'):
        load_model('none.pth', dtype='int8')


@pytest.mark.parametrize('toolbox, device, dtype, gpu, best', [
    (False, 'auto', 'float32', True, '.onnx'),
    (False, 'cuda', 'float32', True, '.onnx'),
    (True, 'auto', 'float32', False, '.onnx'),
    (True, 'auto', 'float32', True, '.pth'),
    (True, 'cpu', 'float32', True, '.onnx'),
    (True, 'cpu', 'bfloat16', False, '.pth'),
    (True, 'cuda:1', 'float32', True, '.pth'),
])
def test_a_name_stands_for_the_file_of_the_best_runtime(
        toolbox: bool, device: str, dtype: str, gpu: bool, best: str,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading_models, 'has_toolbox', lambda: toolbox)
    monkeypatch.setattr(loading_models, '_may_have_gpu', lambda: gpu)
    endings = loading_models.preferred_endings(device, dtype)
    assert endings[0] == best and set(endings) == {'.onnx', '.pth'}


def test_without_the_toolbox_weights_for_torch_name_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / 'a.pth'
    path.write_bytes(b'')
    monkeypatch.setattr(toolbox, 'has_toolbox', lambda: False)
    with pytest.raises(
            IncompatibleStackError,
            match=r'a\.pth runs in PyTorch.*pip install "hcl-mmagic'):
        load_model(str(path))
    with pytest.raises(IncompatibleStackError, match='models needs PyTorch'):
        hcl_mmagic.__getattr__('models')


def test_a_file_that_changed_is_refused(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path / 'a-00000000.pth')
    with pytest.raises(CheckpointError, match='damaged or another file'):
        load_model(str(tmp_path / 'a-00000000.pth'))


def test_damaged_files_are_refused_in_one_line_or_harmless(
        tmp_path: Path) -> None:
    path = tmp_path / 'a.pth'
    write_tiny_checkpoint(path)
    whole = path.read_bytes()
    draw = random.Random(0)
    num_refused = 0
    for _ in range(50):
        damaged = bytearray(whole[:draw.choice([len(whole), 20_000, 999])])
        # Names and shapes are in front, the table of contents at the end.
        for _ in range(4):
            damaged[draw.randrange(min(30_000, len(damaged)))] ^= 0xff
            damaged[-draw.randrange(1, min(9_000, len(damaged)))] ^= 0xff
        path.write_bytes(damaged)
        try:
            load_model(str(path))
        except CheckpointError as error:
            num_refused += 1
            assert str(path) in str(error) and '\n' not in str(error)
    assert num_refused > 25


@pytest.mark.slow
def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path / 'a.pth')
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', NOT_IMPORTED, 'a.pth'],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True)
    assert done.stdout.strip() == '[]'
