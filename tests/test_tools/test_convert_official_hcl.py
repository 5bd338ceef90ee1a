"""The command line of the converter of official checkpoints."""
import os
from pathlib import Path
from typing import Callable

import pytest
import torch
from mmengine import Config
from mmengine.registry import init_default_scope
from reference import official_recording

from hcl_mmagic.models import HCLRestorer

CONVERT = 'model_converters/convert_official_hcl.py'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / 'src.pt'
    torch.save(official_recording.load_checkpoint(), path)
    return path


def test_the_config_is_complete_and_fits_the_weights(run_tool: Callable,
                                                     source: Path) -> None:
    run_tool(CONVERT, source, 'dst.pth', '--config-out', 'cfg.py')
    cfg = Config.fromfile('cfg.py')
    assert cfg.model.detector.projection_channels == 6
    assert cfg.model.decoder.bottleneck_window_size == 8
    assert cfg.train_cfg.max_iters and cfg.train_dataloader and cfg.test_cfg
    assert 'base_channels' not in cfg
    init_default_scope('mmagic')
    model = HCLRestorer(**{
        key: value
        for key, value in cfg.model.items() if key != 'type'
    })
    checkpoint = torch.load('dst.pth', weights_only=True)
    model.load_state_dict(checkpoint['state_dict'], strict=True)
    assert checkpoint['meta']['official_step'] == 7


def test_what_tensors_cannot_tell_is_an_option(run_tool: Callable,
                                               source: Path) -> None:
    run_tool(CONVERT, source, 'dst.pth', '--config-out', 'cfg.py',
             '--temperature', '0.2', '--conf-threshs', '1', '0.9', '0.8',
             '--kmeans-n-iters', '10', '--kmeans-repeat', '2', '--legacy-v',
             '3', '--upsample-mode', 'nearest')
    model = Config.fromfile('cfg.py').model
    split = model.detector.split
    assert split.temperature == 0.2
    assert tuple(split.sure_fractions) == (1, 0.9, 0.8)
    assert split.num_iterations == 10
    assert split.num_restarts == 2
    assert model.encoder.activation_first
    assert model.refiner.upsample_mode == 'nearest'
    assert model.decoder.upsample_mode == 'nearest'


@pytest.mark.parametrize('legacy_v, first, mode', [(1, False, 'nearest'),
                                                   (2, False, 'nearest'),
                                                   (3, True, 'bilinear'),
                                                   (4, False, 'bilinear')])
def test_older_variants(run_tool: Callable, source: Path, legacy_v: int,
                        first: bool, mode: str) -> None:
    run_tool(CONVERT, source, 'dst.pth', '--config-out', 'cfg.py',
             '--legacy-v', legacy_v)
    model = Config.fromfile('cfg.py').model
    assert model.encoder.activation_first == first
    assert model.decoder.upsample_mode == model.refiner.upsample_mode == mode


def _run_and_read_error(run_tool: Callable, capsys: pytest.CaptureFixture,
                        *arguments: object) -> str:
    with pytest.raises(SystemExit, match='1'):
        run_tool(CONVERT, *arguments)
    return capsys.readouterr().err.splitlines()[-1]


def test_files_are_not_overwritten_unasked(
        run_tool: Callable, source: Path,
        capsys: pytest.CaptureFixture) -> None:
    target = source.with_name('dst.pth')
    target.write_text('precious')
    message = _run_and_read_error(run_tool, capsys, source, target)
    assert message.startswith(f'Error: {target} exists: name another file')
    assert target.read_text() == 'precious'
    run_tool(CONVERT, source, target, '--overwrite')
    assert 'state_dict' in torch.load(target, weights_only=True)


def test_the_source_is_never_overwritten(
        run_tool: Callable, source: Path,
        capsys: pytest.CaptureFixture) -> None:
    before = source.read_bytes()
    message = _run_and_read_error(run_tool, capsys, source, source,
                                  '--overwrite')
    assert 'exists' in message
    assert source.read_bytes() == before


def test_a_missing_source_is_told(run_tool: Callable,
                                  capsys: pytest.CaptureFixture) -> None:
    message = _run_and_read_error(run_tool, capsys, 'none.pt', 'dst.pth')
    assert message == 'Error: there is no checkpoint file none.pt'


def test_code_in_a_checkpoint_is_not_run(
        run_tool: Callable, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:

    class Evil:

        def __reduce__(self) -> tuple:
            return os.mkdir, (str(tmp_path / 'run'), )

    torch.save(dict(inpaintnet=Evil()), tmp_path / 'evil.pt')
    message = _run_and_read_error(run_tool, capsys, 'evil.pt', 'dst.pth')
    assert 'cannot be read as a checkpoint of tensors' in message
    assert not (tmp_path / 'run').exists()
    assert not (tmp_path / 'dst.pth').exists()
