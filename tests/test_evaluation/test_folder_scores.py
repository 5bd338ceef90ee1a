"""Scores of folders against those of a test."""
import numpy as np
import pytest

from hcl_mmagic.errors import DataNotFoundError
from hcl_mmagic.evaluation.folder_scores import build_metrics, score_folders

FOLDERS = dict(
    restored='restored',
    clean='clean',
    mask='true_mask',
    pred_mask='confidence')
NUM_SAMPLES = 7


def test_saved_results_score_as_the_test_that_saved_them(
        evaluation_runner, backbones, open_folders, tmp_path):
    runner = evaluation_runner.make_runner(
        tmp_path / 'work',
        more_metrics=evaluation_runner.backbone_metrics(backbones))
    keeper = evaluation_runner.KeepMetrics()
    runner.register_hook(keeper)
    runner.test()
    folders = open_folders()
    metrics = build_metrics(
        folders,
        ratio_bins=evaluation_runner.BINS,
        lpips=dict(checkpoint=str(backbones / 'alexnet.pth'), device='cpu'),
        fid=dict(
            checkpoint=str(backbones / 'scripted.pt'),
            device='cpu',
            min_images=2))
    scores = score_folders(folders, metrics)
    assert scores.pop('num_skipped') == 0
    expected = {
        key: score
        for key, score in keeper.metrics.items()
        if '_s1' not in key and '_s2' not in key and not key.startswith(
            ('mmagic', 'Orientation', 'IoU_corrupted_oracle'))
    }
    assert len(expected) > 80
    assert scores == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_without_masks_whole_pictures_are_scored(open_folders):
    folders = open_folders('restored', 'clean')
    scores = score_folders(folders, build_metrics(folders))
    assert set(scores) == {'num_images', 'num_skipped', 'PSNR', 'SSIM', 'MAE'}


def test_the_bins_are_those_of_the_papers_tables(open_folders):
    folders = open_folders()
    scores = score_folders(folders, build_metrics(folders))
    for name, bins in (('IoU_intact', {'0-30', '30-60'}),
                       ('PSNR_inside', {'0-20', '20-40', '40-60'})):
        assert bins == {
            key.partition('@')[2]
            for key in scores if key.startswith(f'{name}@')
        }


@pytest.mark.parametrize('role', ['restored', 'clean', 'mask', 'pred_mask'])
def test_a_broken_file_is_left_out_and_named(saved, open_folders, capsys,
                                             role):
    path = saved / FOLDERS[role] / 'a/3.png'
    path.write_bytes(path.read_bytes()[:-30])
    folders = open_folders()
    scores = score_folders(folders, build_metrics(folders))
    assert scores['num_images'] == NUM_SAMPLES - 1
    assert scores['num_skipped'] == 1
    output = capsys.readouterr().out
    assert 'Left out of all scores: a/3' in output and str(path) in output
    for kind in ('damaged', *FOLDERS.values()):
        (saved / kind / 'a/3.png').unlink()
    folders = open_folders()
    without = score_folders(folders, build_metrics(folders))
    assert scores == pytest.approx({**without, 'num_skipped': 1}, nan_ok=True)


def test_broken_files_only_are_an_error(saved, open_folders):
    for path in (saved / 'restored').rglob('*.png'):
        path.write_bytes(b'')
    folders = open_folders()
    with pytest.raises(DataNotFoundError, match='None of the pictures'):
        score_folders(folders, build_metrics(folders))


@pytest.mark.parametrize('num_inverted, told', [(0, False), (3, False),
                                                (4, True)])
def test_most_detected_masks_inverted_is_told(saved, open_folders, capsys,
                                              invert, num_inverted, told):
    invert(saved / 'true_mask', saved / 'detected')
    for index in range(num_inverted, NUM_SAMPLES):
        right = saved / f'true_mask/a/{index}.png'
        (saved / f'detected/a/{index}.png').write_bytes(right.read_bytes())
    folders = open_folders(pred_mask='detected')
    score_folders(folders, build_metrics(folders))
    assert ('nearer to the inverted' in capsys.readouterr().out) == told


def test_black_and_white_detected_masks_have_no_bce(open_folders):
    folders = open_folders(pred_mask='mask')
    scores = score_folders(folders, build_metrics(folders))
    assert np.isnan(scores['BCE']) and np.isnan(scores['BCE@0-30'])
    grey = open_folders()
    expected = score_folders(grey, build_metrics(grey))
    assert scores['IoU_intact'] == expected['IoU_intact']
    assert np.isfinite(expected['BCE'])
