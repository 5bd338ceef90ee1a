"""compare_methods.py on tiny models and a frozen test set of three samples."""
import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Callable, Iterator

import cv2
import numpy as np
import pytest
import torch
from mmagic.registry import MODELS
from mmengine import Config
from mmengine.registry import DefaultScope
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio
from tiny_checkpoint import write_tiny_checkpoint
from tiny_restorer import TINY_CONFIG

from hcl_mmagic.datasets.freezing import freeze_test_set

TOOLS = Path(__file__).resolve().parents[2] / 'tools'
TOOL = 'analysis_tools/compare_methods.py'
WITHOUT_DECODER = dict.fromkeys(
    ('decoder', 'refiner', 'discriminator', 'loss_coarse', 'loss_refined',
     'loss_perceptual', 'loss_adversarial'))


def run(folder: Path, name: str, *arguments: object) -> None:
    """Run a tool in this process and a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, 'argv', [name, *map(str, arguments)])
        runpy.run_path(str(TOOLS / name), run_name='__main__')


def write_blind_config(cfg: Config, path: Path) -> None:
    """Config of the tiny model's detector with its own restoration as the
    inpaintor, each with the tiny checkpoint."""
    checkpoint = str(path.with_name('tiny.pth'))
    cfg.model = dict(
        type='BlindInpaintor',
        data_preprocessor=cfg.model.data_preprocessor,
        detector={
            **cfg.model,
            **WITHOUT_DECODER
        },
        inpaintor={
            **cfg.model, 'detector': None
        },
        detector_checkpoint=checkpoint,
        inpaintor_checkpoint=checkpoint,
        dilation=1)
    cfg.dump(path)


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Configs, a checkpoint, and the test sets 'three' and 'elsewhere/three'
    of three samples."""
    folder = tmp_path_factory.mktemp('comparison')
    (folder / 'tiny.py').write_text(TINY_CONFIG)
    write_tiny_checkpoint(folder / 'tiny.pth', iter=7)
    cfg = Config.fromfile(folder / 'tiny.py')
    with DefaultScope.overwrite_default_scope('mmagic'):
        freeze_test_set(cfg, 'test', folder / 'three', num_samples=3)
    write_blind_config(cfg, folder / 'blind.py')
    return folder


@pytest.fixture(scope='module')
def comparison(folder: Path) -> Iterator[SimpleNamespace]:
    """What a run writes."""
    threads = torch.get_num_threads()
    # yapf: disable
    run(folder, TOOL, '--test-set', 'three',
        '--method', 'whole', 'tiny.py', 'tiny.pth',
        '--method', 'blind', 'blind.py',
        '--detector', 'found', 'tiny.py', 'tiny.pth',
        '--detector', 'true',
        '--inpaintor', 'own', 'blind.py', '-',
        '--inpaintor', 'telea', '--inpaintor', 'navier-stokes',
        '--pictures', 0, 2, '--bins', '0-30,30-100', '--timed', 2,
        '--threads', 1, '-o', 'out')
    # yapf: enable
    report = json.loads((folder / 'out/comparison.json').read_text())
    yield SimpleNamespace(
        folder=folder / 'out',
        report=report,
        methods=report['test_sets']['three']['methods'],
        text=(folder / 'out/comparison.md').read_text())
    torch.set_num_threads(threads)


def read_picture(folder: Path, kind: str, index: int) -> np.ndarray:
    return np.array(Image.open(folder / 'three' / kind / f'{index:06d}.png'))


def mean_psnr(folder: Path,
              restore: Callable[[np.ndarray, np.ndarray], np.ndarray]
              ) -> float:  # yapf: disable
    """What skimage makes of the files."""
    return float(
        np.mean([
            peak_signal_noise_ratio(
                read_picture(folder, 'clean', index),
                restore(
                    read_picture(folder, 'corrupted', index),
                    read_picture(folder, 'mask', index))) for index in range(3)
        ]))


@pytest.mark.slow
def test_scores_are_those_of_the_test_tool(comparison: SimpleNamespace,
                                           folder: Path) -> None:
    # A batch may be rounded otherwise than its pictures alone.
    run(folder, 'test.py', 'tiny.py', 'tiny.pth', '--test-set', 'three',
        '--out', 'metrics.json', '--cfg-options',
        'test_dataloader.batch_size=1')
    expected = json.loads((folder / 'metrics.json').read_text())
    scores = comparison.methods['whole']['scores']
    shared = [key for key in expected if key in scores]
    assert {'IoU_corrupted', 'IoU_intact_s2', 'PSNR_inside', 'SSIM'} <= {
        *shared
    }  # yapf: disable
    for key in shared:
        assert scores[key] == pytest.approx(expected[key], abs=1e-6), key


@pytest.mark.slow
def test_a_detector_alone_finds_what_the_whole_model_finds(
        comparison: SimpleNamespace) -> None:
    whole = comparison.methods['whole']['scores']
    for key, score in comparison.methods['found']['scores'].items():
        assert score == pytest.approx(whole[key], abs=1e-6), key


@pytest.mark.slow
def test_a_pair_restores_what_one_model_of_both_restores(
        comparison: SimpleNamespace) -> None:
    """Its masks were found before and read again."""
    scores = comparison.methods['found + own']['scores']
    expected = comparison.methods['blind']['scores']
    assert {'IoU_corrupted', 'PSNR_inside'} <= {*expected}
    for key, score in expected.items():
        # Only a detector alone has coarser stages, which tell this.
        if not key.startswith(('Orientation', 'IoU_corrupted_oracle')):
            assert scores[key] == pytest.approx(score, abs=1e-6), key


@pytest.mark.slow
def test_what_is_given_is_scored_as_it_is(comparison: SimpleNamespace,
                                          folder: Path) -> None:
    method = comparison.methods['damaged input']
    assert method['usage'] is None and 'Accuracy' not in method['scores']
    assert method['scores']['PSNR'] == pytest.approx(
        mean_psnr(folder, lambda damaged, mask: damaged), abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(('name', 'flag'), [('telea', cv2.INPAINT_TELEA),
                                            ('navier-stokes', cv2.INPAINT_NS)])
def test_opencv_continues_the_pixels_around_the_true_mask(
        comparison: SimpleNamespace, folder: Path, name: str,
        flag: int) -> None:
    method = comparison.methods[f'true + {name}']
    assert method['scores']['IoU_corrupted'] == 1
    assert method['scores']['PSNR'] == pytest.approx(
        mean_psnr(folder,
                  lambda damaged, mask: cv2.inpaint(damaged, mask, 3, flag)),
        abs=1e-4)


@pytest.mark.slow
def test_weights_of_a_model_are_those_that_a_test_needs(
        comparison: SimpleNamespace, folder: Path) -> None:
    cfg = Config.fromfile(folder / 'tiny.py')
    with DefaultScope.overwrite_default_scope('mmagic'):
        model = MODELS.build(
            dict(cfg.model, discriminator=None, loss_adversarial=None))
    expected = sum(
        value.nbytes for value in (*model.parameters(), *model.buffers()))
    usage = comparison.methods['whole']['usage']
    assert usage['weight_bytes'] == expected
    assert usage['peak_bytes'] >= usage['weight_bytes']
    assert usage['seconds_ratio'] == 1


@pytest.mark.slow
def test_the_report_quotes_where_all_comes_from(
        comparison: SimpleNamespace) -> None:
    test_set = comparison.report['test_sets']['three']
    assert test_set['num_images'] == 3
    assert test_set['fingerprint'] in comparison.text
    source = comparison.report['sources'][0]
    checkpoint, = source['checkpoints']
    assert (source['name'], checkpoint['iterations']) == ('whole', 7)
    assert len(checkpoint['sha256']) == 64
    assert checkpoint['sha256'][:12] in comparison.text
    assert comparison.report['machine']['threads'] == 1
    assert 'LPIPS is left out' in comparison.report['notes'][0]
    assert 'LPIPS ↓' not in comparison.text


@pytest.mark.slow
def test_the_table_has_a_line_for_each_method(comparison: SimpleNamespace
                                              ) -> None:  # yapf: disable
    section = comparison.text.split('By mask ratio')[0]
    names = [
        line.split(' | ')[0].removeprefix('| ')
        for line in section.splitlines() if line.startswith('| ')
    ]
    assert names[2:] == [
        'damaged input', 'whole', 'blind', 'found', 'found + own',
        'found + telea', 'found + navier-stokes', 'true + own', 'true + telea',
        'true + navier-stokes'
    ]


@pytest.mark.slow
def test_the_grid_shows_the_chosen_samples(comparison: SimpleNamespace,
                                           folder: Path) -> None:
    grid = np.array(Image.open(comparison.folder / 'three.png'))
    # damaged, true mask, 2 x (mask, restored), mask, 6 restored, truth
    assert grid.shape[1] == 14 * 128 + 13 * 4
    for row, index in enumerate((0, 2)):
        top = 40 + 4 + row * (20 + 4 + 128 + 4) + 20 + 4
        cells = grid[top:top + 128:2, ::2]
        np.testing.assert_array_equal(cells[:, :64],
                                      read_picture(folder, 'corrupted', index))
        np.testing.assert_array_equal(cells[:, 66:130, 0],
                                      read_picture(folder, 'mask', index))


@pytest.mark.parametrize(('arguments', 'message'), [
    (('--method', 'a', 'tiny.py', 'no.pth'), 'no checkpoint file no.pth'),
    (('--method', 'a', 'no.py', 'tiny.pth'), 'no config file no.py'),
    (('--method', 'a', 'empty.py', 'tiny.pth'), 'empty.py has no model'),
    (('--method', 'a', 'tiny.py'), 'name a CHECKPOINT after the config'),
    (('--method', 'a', 'known.py', 'tiny.pth'), 'give it as --inpaintor'),
    (('--detector', 'a', 'known.py', 'tiny.pth'), 'has no detector'),
    (('--detector', 'true', '--inpaintor', 'a', 'gan.py', 'tiny.pth'),
     'does not know what ToyGAN expects'),
    (('--detector', 'true', '--inpaintor', 'a', 'tiny.py'),
     'needs a checkpoint'),
    (('--method', 'a', 'blind.py', 'tiny.pth'), 'does not fit the config'),
    (('--num-samples', '4'), 'has only 3 samples'),
    (('--pictures', '3'), 'must be from 0 to 2'),
    (('--test-set', 'three'), "two test sets are called 'three'"),
    (('--test-set', 'no'), 'no is no frozen test set'),
    (('--device', 'meta'), 'device'),
    (('-o', 'three'), 'three exists'),
])
def test_mistakes_end_in_one_line(folder: Path, arguments: tuple, message: str,
                                  capsys: pytest.CaptureFixture) -> None:
    (folder / 'empty.py').write_text('model = None')
    (folder / 'gan.py').write_text(
        "custom_imports = dict(imports=['toy_gan'])\n"
        "model = dict(type='ToyGAN')")
    (folder /
     'known.py').write_text("_base_ = 'tiny.py'\nmodel = dict(detector=None)")
    if not {'--method', '--detector'} & {*arguments}:
        arguments = ('--detector', 'true', '--inpaintor', 'telea', *arguments)
    with pytest.raises(SystemExit, match='1'):
        run(folder, TOOL, '--test-set', 'three', '-o', 'new', *arguments)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith('Error: ') and message in last
    assert not (folder / 'new').exists()


@pytest.mark.parametrize(('arguments', 'message'), [
    ((), 'name at least one'),
    (('--method', 'a'), 'takes NAME CONFIG [CHECKPOINT], got a'),
    (('--detector', 'a'), '[CHECKPOINT], or just true, got a'),
    (('--inpaintor', 'telea', 'a.py'), 'telea is built in'),
    (('--inpaintor', 'telea'), 'needs a --detector'),
    (('--detector', 'true'), 'finds nothing'),
    (('--method', 'a', 'b.py', '--detector', 'a', 'b.py'),
     "'a' is given twice"),
    (('--method', 'damaged input', 'b.py'), 'is given twice'),
])
def test_unclear_command_lines_are_refused_at_once(
        folder: Path, arguments: tuple, message: str,
        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='1'):
        run(folder, TOOL, '--test-set', 'three', '-o', 'new', *arguments)
    assert message in capsys.readouterr().err
