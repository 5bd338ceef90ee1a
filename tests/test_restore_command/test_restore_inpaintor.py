"""The command with another inpainting model, from files to files."""
import hashlib
import json
from pathlib import Path
from typing import Tuple

import cv2
import numpy as np
import pytest
from known_inferencer import picture, pixels_of, save
from tiny_diffusion import write_tiny_diffusion
from tiny_inpaintor_files import write_config, write_tiny_inpaintor

from hcl_mmagic.restore_command.main import main


@pytest.fixture(scope='module')
def files(tmp_path_factory: pytest.TempPathFactory) -> Tuple[str, str]:
    return write_tiny_inpaintor(tmp_path_factory.mktemp('inpaintor'))


def run(folder: Path, *arguments: str) -> int:
    return main([
        str(folder / 'a.png'), '-o',
        str(folder / 'out'), '--device', 'cpu', *arguments
    ])


def test_masks_are_repaired_without_any_weights_of_hcl(
        tmp_path: Path, files: Tuple[str, str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(tmp_path / 'empty'))
    pixels = picture(size=(60, 90))
    mask = np.zeros((60, 90), np.uint8)
    mask[20:30, 10:70] = 255
    save(tmp_path / 'a.png', pixels)
    own = save(tmp_path / 'mask.png', mask)
    report = tmp_path / 'report.json'
    assert run(tmp_path, '--mask', str(own), '--dilate', '0', '--feather', '0',
               '--inpaintor', files[0], '--inpaintor-checkpoint', files[1],
               '--report', str(report)) == 0  # yapf: disable
    restored = pixels_of(tmp_path / 'out' / 'a.png')
    np.testing.assert_array_equal(restored[mask == 0], pixels[mask == 0])
    assert (restored[mask > 0] != pixels[mask > 0]).mean() > 0.9
    sha256 = hashlib.sha256(Path(files[1]).read_bytes()).hexdigest()
    networks = json.loads(report.read_text())['networks']
    assert networks['inpaintor'].pop('runs_on').startswith('cpu, PyTorch ')
    assert networks == dict(
        hcl=None,
        inpaintor=dict(name='tiny-aot', path=files[1], sha256=sha256))


@pytest.mark.parametrize('mode', ['add', 'subtract'])
def test_masks_that_correct_need_hcl(tmp_path: Path, files: Tuple[str, str],
                                     monkeypatch: pytest.MonkeyPatch,
                                     capsys: pytest.CaptureFixture,
                                     mode: str) -> None:
    save(tmp_path / 'a.png', picture())
    assert run(tmp_path, '--mask', str(tmp_path / 'a.png'), '--mask-mode',
               mode, '--checkpoint', 'none.pth', '--inpaintor', files[0],
               '--inpaintor-checkpoint', files[1]) == 1  # yapf: disable
    assert 'there is no checkpoint none.pth' in capsys.readouterr().err


def test_an_untrained_network_is_refused(tmp_path: Path,
                                         files: Tuple[str, str],
                                         capsys: pytest.CaptureFixture
                                         ) -> None:  # yapf: disable
    save(tmp_path / 'a.png', picture())
    with pytest.raises(SystemExit):
        run(tmp_path, '--mask', str(tmp_path / 'a.png'), '--inpaintor',
            files[0])
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert 'names no weights: say which to take' in error
    assert not (tmp_path / 'out' / 'a.png').exists()


def test_a_checkpoint_alone_is_refused(tmp_path: Path,
                                       capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'a.png', picture())
    with pytest.raises(SystemExit):
        run(tmp_path, '--inpaintor-checkpoint', 'a.pth')
    assert '--inpaintor-checkpoint needs --inpaintor' in capsys.readouterr(
    ).err


def test_a_classical_method_by_its_name(tmp_path: Path) -> None:
    pixels = picture(size=(60, 90))
    mask = np.zeros((60, 90), np.uint8)
    mask[20:24, 10:70] = 255
    save(tmp_path / 'a.png', pixels)
    own = save(tmp_path / 'mask.png', mask)
    assert run(tmp_path, '--mask', str(own), '--dilate', '0', '--feather', '0',
               '--inpaintor', 'telea') == 0  # yapf: disable
    np.testing.assert_array_equal(
        pixels_of(tmp_path / 'out' / 'a.png'),
        cv2.inpaint(pixels, mask, 3, cv2.INPAINT_TELEA))


def test_a_mask_of_everything_is_refused_in_one_sentence(
        tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'a.png', picture(size=(60, 90)))
    own = save(tmp_path / 'mask.png', np.full((60, 90), 255, np.uint8))
    assert run(tmp_path, '--mask', str(own), '--inpaintor', 'telea') == 1
    assert 'covers the whole photograph and leaves nothing intact' in \
        capsys.readouterr().err
    assert not (tmp_path / 'out' / 'a.png').exists()


def test_an_unknown_name_is_told_what_there_is(
        tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    save(tmp_path / 'a.png', picture())
    with pytest.raises(SystemExit):
        run(tmp_path, '--mask', str(tmp_path / 'a.png'), '--inpaintor',
            'tellea')
    assert "no 'tellea': expected one of push-pull" in capsys.readouterr().err


@pytest.mark.slow
def test_stable_diffusion_from_a_folder_in_tiles(
        tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    folder = write_tiny_diffusion(tmp_path / 'sd')
    config = write_config(
        tmp_path / 'sd.py', dict(type='StableDiffusionRepairer', folder=folder,
                                 num_steps=2))  # yapf: disable
    pixels = picture(size=(100, 530))
    mask = np.zeros((100, 530), np.uint8)
    mask[40:60, 10:520] = 255
    save(tmp_path / 'a.png', pixels)
    own = save(tmp_path / 'mask.png', mask)
    results = []
    for _ in range(2):
        report = tmp_path / 'report.json'
        assert run(tmp_path, '--mask', str(own), '--dilate', '0', '--feather',
                   '0', '--inpaintor', config, '--report',
                   str(report)) == 0  # yapf: disable
        results.append(pixels_of(tmp_path / 'out' / 'a.png'))
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0][mask == 0], pixels[mask == 0])
    assert (results[0][mask > 0] != pixels[mask > 0]).mean() > 0.9
    described = json.loads(report.read_text())['networks']['inpaintor']
    assert described.pop('runs_on').startswith('cpu, PyTorch ')
    assert described == dict(name='sd', path=folder, sha256=None)
    assert 'mmengine' not in ''.join(capsys.readouterr())
