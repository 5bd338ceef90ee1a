"""Tests of hcl_mmagic/datasets/transforms/patterns/curves.py."""
import numpy as np

from hcl_mmagic.datasets.transforms.patterns import curves


def test_a_curve_goes_through_its_points():
    points = np.array(((0, 0), (30, 40), (90, 10), (20, 60)), float)
    curve = curves.smooth_curve(points)
    distances = np.hypot(*(curve[:, None] - points).transpose(2, 0, 1))
    assert distances.min(axis=0).max() < 2
    assert (curve[0] == points[0]).all()


def test_a_line_has_its_width_and_strength():
    sketch = curves.Sketch(40, 60)
    points = np.stack([np.linspace(-10, 70, 20), np.full(20, 20.)], axis=1)
    sketch.line(points, np.full(20, 6.), np.full(20, 0.5))
    share = sketch.share()
    assert share.shape == (40, 60) and share.dtype == np.float32
    assert abs(share.max() - 0.5) < 0.01
    np.testing.assert_allclose(share.sum(axis=0), 3, atol=0.5)


def test_a_filled_circle_has_its_area():
    sketch = curves.Sketch(60, 60)
    sketch.fill(curves.random_blob(np.array((30., 30.)), 20, roughness=0))
    assert abs(sketch.share().sum() - np.pi * 400) < 0.05 * np.pi * 400


def test_roughness_dents_a_blob():
    radii = np.hypot(*curves.random_blob(np.zeros(2), 10, 0.2).T)
    assert radii.std() > 0.5
    assert abs(radii.mean() - 10) < 2


def test_a_walk_takes_its_steps():
    straight = curves.random_walk(np.zeros(2), step=5, count=8, bend=0)
    np.testing.assert_allclose(np.hypot(*(straight[-1] - straight[0])), 35)


def test_changes_and_noise_are_smooth_and_of_unit_size():
    changes = curves.random_changes(1000, knots=400)
    assert abs(changes.std() - 0.85) < 0.15
    assert np.abs(np.diff(curves.random_changes(1000))).max() < 0.05
    noise = curves.smooth_noise((64, 80), 8, octaves=3)
    assert noise.shape == (64, 80) and abs(noise.std() - 1) < 1e-3
    fine, coarse = (
        np.abs(np.diff(curves.smooth_noise((64, 80), cell))).mean()
        for cell in (2, 16))
    assert fine > 3 * coarse


def test_no_blur_changes_nothing():
    share = np.random.rand(8, 8).astype(np.float32)
    assert (curves.blur(share, 0) == share).all()
    assert curves.blur(share, 2).std() < 0.5 * share.std()
