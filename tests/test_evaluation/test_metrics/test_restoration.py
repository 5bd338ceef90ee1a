"""RestorationQuality against numpy and cases worked by hand."""
import numpy as np
import pytest
import torch
from mmagic.registry import METRICS

from hcl_mmagic.evaluation import RestorationQuality
from hcl_mmagic.evaluation.functional import region_mae, region_ssim, ssim_map


def make_sample(mask_ratio=0.4, seed=0, size=12):
    """A random sample dict, images ``(3, size, 14)`` in [0, 255]."""
    rng = torch.Generator().manual_seed(seed)

    def draw(channels):
        return torch.rand(channels, size, 14, generator=rng)

    gt_img, mask = 255 * draw(3), (draw(1) < mask_ratio).float()
    return {
        'gt_img': gt_img,
        'mask': mask,
        'input': gt_img * (1 - mask) + 255 * draw(3) * mask,
        'output': {
            'pred_img': (gt_img + 20 * draw(3)).clamp(0, 255)
        }
    }


def score(*samples, **settings):
    metric = RestorationQuality(**settings)
    for sample in samples:
        metric.process(None, [sample])
    return metric.compute_metrics(metric.results)


def reference_psnr(image, sample, pixels):
    """PSNR of the pixels ``(H, W)``, one loop per channel."""
    errors = []
    for channel in range(3):
        error = image[channel] - sample['gt_img'][channel].numpy()
        errors += (error[pixels].astype(np.float64)**2).tolist()
    return 20 * np.log10(255) - 10 * np.log10(np.mean(errors))


def test_each_key_equals_its_definition():
    sample = make_sample()
    sample['input'] += 1  # such as JPEG compression changes intact pixels
    damaged = sample['input'].numpy()
    restored = sample['output']['pred_img'].numpy()
    inside = sample['mask'][0].numpy() == 1
    mean_color = [damaged[channel][~inside].mean() for channel in range(3)]
    filled = np.ones_like(damaged) * np.reshape(mean_color, (3, 1, 1))
    everywhere = np.ones_like(inside)
    expected = {
        'PSNR': reference_psnr(restored, sample, everywhere),
        'PSNR_input': reference_psnr(damaged, sample, everywhere),
        'PSNR_inside': reference_psnr(restored, sample, inside),
        'PSNR_inside_input': reference_psnr(damaged, sample, inside),
        'PSNR_inside_mean_fill': reference_psnr(filled, sample, inside),
        'PSNR_outside': reference_psnr(restored, sample, ~inside),
    }
    results = score(sample)
    measured = {key: results[key] for key in results if 'PSNR' in key}
    assert measured == pytest.approx(expected, rel=1e-6)


def test_regions_have_ssim_and_mae_of_the_functions():
    sample = make_sample(size=20)
    restored, gt_img, mask = (
        tensor.numpy() for tensor in (sample['output']['pred_img'],
                                      sample['gt_img'], sample['mask']))
    similarity = ssim_map(restored, gt_img)
    expected = {}
    for suffix, region in (('', None), ('_inside', mask), ('_outside',
                                                           1 - mask)):
        expected[f'SSIM{suffix}'] = region_ssim(similarity, region)
        expected[f'MAE{suffix}'] = region_mae(restored, gt_img, region)
    results = score(sample)
    assert {key: results[key] for key in expected} == pytest.approx(expected)


def test_whole_images_need_no_mask_and_no_damaged_image():
    sample = make_sample()
    del sample['mask'], sample['input']
    results = score(sample, regions=['whole'], baselines=False)
    assert set(results) == {'PSNR', 'SSIM', 'MAE'}


def test_scores_of_a_bin_are_means_of_its_images():
    samples = [
        make_sample(ratio, seed) for seed, ratio in enumerate((.1, .2, .7))
    ]
    results = score(*samples, ratio_bins=[(0, 40), (40, 100)])
    few = score(*samples[:2])
    for key in few:
        assert results[f'{key}@0-40'] == pytest.approx(few[key], nan_ok=True)
    assert results['PSNR@40-100'] == score(samples[2])['PSNR']


def test_empty_bin_has_nan_scores():
    results = score(make_sample(0.1), ratio_bins=[(60, 80)])
    assert np.isnan(results['PSNR@60-80'])
    assert np.isfinite(results['PSNR'])


def test_images_left_out_are_told_in_one_line(capsys):
    score(make_sample(), make_sample(mask_ratio=0, seed=1))
    lines = [
        line for line in capsys.readouterr().out.splitlines()
        if 'left out' in line and 'PSNR_inside' in line
    ]
    assert len(lines) == 1 and '1 of 2 images' in lines[0]


def test_decibels_are_averaged_over_the_images():
    samples = [make_sample(seed=seed) for seed in range(3)]
    alone = [score(sample)['PSNR_inside'] for sample in samples]
    assert score(*samples)['PSNR_inside'] == pytest.approx(np.mean(alone))


def test_intact_image_is_left_out_inside_and_capped_as_input():
    damaged, intact = make_sample(), make_sample(mask_ratio=0, seed=1)
    results = score(damaged, intact)
    alone = score(damaged)
    for key in ('PSNR_inside', 'PSNR_inside_input', 'PSNR_inside_mean_fill'):
        assert results[key] == alone[key]
    assert results['PSNR_input'] == (alone['PSNR_input'] + 100) / 2


def test_key_without_any_image_is_nan():
    results = score(make_sample(mask_ratio=2))
    assert np.isnan(results['PSNR_outside'])
    assert np.isfinite(results['PSNR_inside'])


def test_nan_prediction_is_not_left_out():
    broken = make_sample(seed=1)
    broken['output']['pred_img'] *= float('nan')
    assert np.isnan(score(make_sample(), broken)['PSNR_inside'])


def test_samples_are_left_alone():
    sample, copy = make_sample(), make_sample()
    score(sample)
    for key in ('gt_img', 'mask', 'input'):
        assert torch.equal(sample[key], copy[key])


def test_missing_damaged_image_is_named():
    sample = make_sample()
    del sample['input']
    with pytest.raises(KeyError, match='needs "input"'):
        score(sample)


def test_unknown_metric_argument_is_named():
    with pytest.raises(TypeError, match='RestorationQuality.*max_psnr'):
        METRICS.build(dict(type='RestorationQuality', max_psnr=50))
