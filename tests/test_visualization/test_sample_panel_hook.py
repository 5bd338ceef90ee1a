"""SamplePanelHook inside MMagic's loops."""
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from mmagic.registry import HOOKS
from skimage import io

from hcl_mmagic.visualization import SamplePanelHook, make_panel, sample_to_row

REFERENCE = Path(__file__).parents[1] / 'reference' / 'evaluation_runner.py'


@pytest.fixture(scope='module')
def evaluation_runner():
    spec = importlib.util.spec_from_file_location('evaluation_runner',
                                                  REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(evaluation_runner, tmp_path):
    """Runs one loop with the hook, returns the pictures by file name."""

    def run_loop(mode, **hook_settings):
        runner = evaluation_runner.make_runner(
            tmp_path,
            visualizer=dict(
                type='HCLVisualizer',
                name=str(tmp_path),
                vis_backends=[dict(type='LocalVisBackend')]),
            custom_hooks=[dict(type='SamplePanelHook', **hook_settings)])
        getattr(runner, mode)()
        return {path.name: path for path in tmp_path.rglob('*.png')}

    return run_loop


@pytest.fixture
def draw(evaluation_runner):
    """Draws the panel of given samples."""

    def draw_samples(*indices):
        samples = [evaluation_runner.make_sample(index) for index in indices]
        return make_panel([sample_to_row(sample) for sample in samples])

    return draw_samples


def test_validation_draws_samples_spread_over_the_data(run, draw):
    pictures = run('val', num_samples=3)
    assert set(pictures) == {'val_samples_0.png'}
    np.testing.assert_array_equal(
        io.imread(pictures['val_samples_0.png']), draw(0, 3, 6))


def test_small_data_set_is_drawn_whole(run, draw):
    pictures = run('val', num_samples=20)
    np.testing.assert_array_equal(
        io.imread(pictures['val_samples_0.png']), draw(*range(7)))


def test_test_also_writes_the_file(run, draw, tmp_path):
    pictures = run('test', num_samples=2, test_file='panel.png')
    assert set(pictures) == {'test_samples_0.png', 'panel.png'}
    assert pictures['panel.png'] == tmp_path / 'panel.png'
    np.testing.assert_array_equal(io.imread(pictures['panel.png']), draw(0, 6))


def test_validation_leaves_the_test_file_alone(run):
    assert 'panel.png' not in run('val', test_file='panel.png')


def test_zero_samples_are_refused():
    with pytest.raises(ValueError, match='at least 1'):
        SamplePanelHook(num_samples=0)


def test_unknown_hook_argument_is_named():
    with pytest.raises(TypeError, match='SamplePanelHook.*interval'):
        HOOKS.build(dict(type='SamplePanelHook', interval=5))
