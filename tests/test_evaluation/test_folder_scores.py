"""Scores of folders against those of a test, and what is refused."""
from pathlib import Path

import cv2
import numpy as np
import pytest

from hcl_mmagic.errors import ConfigError, DataNotFoundError
from hcl_mmagic.evaluation.folder_scores import build_metrics, score_folders
from hcl_mmagic.evaluation.result_folders import ResultFolders
from hcl_mmagic.visualization.save_results_hook import save_sample

ROLES = dict(
    restored='restored',
    clean='clean',
    damaged='damaged',
    mask='true_mask',
    pred_mask='confidence')
NUM_SAMPLES = 7


@pytest.fixture
def saved(evaluation_runner, tmp_path):
    """Folder of the saved samples of a test."""
    for index in range(NUM_SAMPLES):
        save_sample(
            evaluation_runner.make_sample(index), tmp_path, f'a/{index}')
    return tmp_path


@pytest.fixture
def open_folders(saved):
    """Opens the saved results, the roles under other folders if asked."""

    def open_roles(*roles, mask_threshold=None, **folders):
        names = {role: ROLES[role] for role in roles or ROLES}
        return ResultFolders(
            {
                role: str(saved / name)
                for role, name in {
                    **names,
                    **folders
                }.items()
            },
            mask_threshold=mask_threshold)

    return open_roles


def write_mask(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), pixels)


def invert(folder, out):
    """Inverted copies of masks."""
    for path in folder.rglob('*.png'):
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        write_mask(out / path.relative_to(folder),
                   np.iinfo(pixels.dtype).max - pixels)  # yapf: disable


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


def test_files_of_other_formats_pair(saved, open_folders):
    for path in (saved / 'clean').rglob('*.png'):
        image = cv2.imread(str(path))
        cv2.imwrite(str(path.with_suffix('.bmp')), image)
        path.unlink()
    assert len(open_folders()) == NUM_SAMPLES
    assert open_folders().read('a/0')['gt_img'].shape == (3, 32, 32)


@pytest.mark.parametrize('role', ['restored', 'clean', 'mask', 'pred_mask'])
def test_a_broken_file_is_left_out_and_named(saved, open_folders, capsys,
                                             role):
    path = saved / ROLES[role] / 'a/3.png'
    path.write_bytes(path.read_bytes()[:-30])
    folders = open_folders()
    scores = score_folders(folders, build_metrics(folders))
    assert scores['num_images'] == NUM_SAMPLES - 1
    assert scores['num_skipped'] == 1
    output = capsys.readouterr().out
    assert 'Left out of all scores: a/3' in output and str(path) in output
    for kind in ROLES.values():
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


@pytest.mark.parametrize('lacking, other', [('mask', 'restored'),
                                            ('restored', 'clean')])
def test_missing_partners_are_named(saved, open_folders, lacking, other):
    for index in range(4):
        (saved / ROLES[lacking] / f'a/{index}.png').unlink()
    with pytest.raises(
            DataNotFoundError,
            match=f'--{lacking} lacks pictures that --{other} has: '
            'a/0, a/1, a/2 and 1 more'):
        open_folders(lacking, 'restored', other)


def test_missing_and_empty_folders_are_named(saved, open_folders):
    (saved / 'empty').mkdir()
    with pytest.raises(DataNotFoundError, match='--clean: there is no folder'):
        open_folders('restored', clean='nowhere')
    with pytest.raises(DataNotFoundError, match='--pred-mask: there is no im'):
        open_folders('restored', pred_mask='empty')


def test_two_files_of_one_name_are_refused(saved, open_folders):
    write_mask(saved / 'clean/a/0.bmp', np.zeros((32, 32), np.uint8))
    with pytest.raises(ConfigError, match='have one name'):
        open_folders('restored', 'clean')


def test_another_size_is_refused_by_name(saved, open_folders):
    write_mask(saved / 'true_mask/a/2.png', np.zeros((32, 31), np.uint8))
    with pytest.raises(ConfigError, match='a/2 differ in size: .*mask 31x32'):
        open_folders().read('a/2')


@pytest.mark.parametrize('threshold, expected', [(0.5, 1), (0.9, 0)])
def test_grey_true_mask_needs_a_threshold(saved, open_folders, threshold,
                                          expected):
    write_mask(saved / 'true_mask/a/2.png', np.full((32, 32), 200, np.uint8))
    with pytest.raises(
            ConfigError, match=r'2\.png is not black and white: 100\.0 per'):
        open_folders().read('a/2')
    mask = open_folders(mask_threshold=threshold).read('a/2')['mask']
    assert (mask == expected).all()


def test_true_mask_of_zeros_and_ones_is_refused(saved, open_folders):
    write_mask(saved / 'true_mask/a/2.png', np.eye(32, dtype=np.uint8))
    with pytest.raises(ConfigError, match='neither 0 nor 255, up to 1'):
        open_folders().read('a/2')


@pytest.mark.parametrize('roles', [ROLES, ('restored', 'clean', 'mask')])
def test_inverted_true_masks_are_refused(saved, open_folders, roles):
    # A method that repairs the damage and leaves the rest almost alone.
    for path in (saved / 'restored').rglob('*.png'):
        clean = saved / 'clean' / path.relative_to(saved / 'restored')
        mask = saved / 'true_mask' / path.relative_to(saved / 'restored')
        picture = cv2.imread(str(clean)).astype(int)
        picture += 1 + 9 * (cv2.imread(str(mask)) > 0)
        cv2.imwrite(str(path), picture.clip(0, 255).astype(np.uint8))
    open_folders(*roles).check_polarity()
    invert(saved / 'true_mask', saved / 'inverted')
    with pytest.raises(ConfigError, match='in 7 of 7 pictures'):
        open_folders(*roles, mask='inverted').check_polarity()


def test_inverted_detected_masks_are_told(saved, open_folders, capsys):
    folders = open_folders(pred_mask='true_mask')
    score_folders(folders, build_metrics(folders))
    assert 'nearer to the inverted' not in capsys.readouterr().out
    invert(saved / 'true_mask', saved / 'inverted')
    folders = open_folders(pred_mask='inverted')
    score_folders(folders, build_metrics(folders))
    assert 'nearer to the inverted' in capsys.readouterr().out


def test_black_and_white_detected_masks_have_no_bce(open_folders):
    folders = open_folders(pred_mask='mask')
    scores = score_folders(folders, build_metrics(folders))
    assert np.isnan(scores['BCE']) and np.isnan(scores['BCE@0-30'])
    grey = open_folders()
    expected = score_folders(grey, build_metrics(grey))
    assert scores['IoU_intact'] == expected['IoU_intact']
    assert np.isfinite(expected['BCE'])


def test_colour_masks_are_read_by_their_brightness(saved, open_folders):
    path = Path(saved / 'true_mask/a/1.png')
    grey = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    expected = open_folders().read('a/1')['mask']
    write_mask(path, cv2.cvtColor(grey, cv2.COLOR_GRAY2BGRA))
    np.testing.assert_array_equal(open_folders().read('a/1')['mask'], expected)
