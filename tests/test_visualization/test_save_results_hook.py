"""SaveResultsHook: names, values and folders of its files."""
import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.dataset import BaseDataset
from skimage import io

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.visualization import SaveResultsHook
from hcl_mmagic.visualization.save_results_hook import (name_samples,
                                                        save_sample)

REFERENCE = Path(__file__).parents[1] / 'reference' / 'evaluation_runner.py'


@pytest.fixture(scope='module')
def evaluation_runner():
    spec = importlib.util.spec_from_file_location('evaluation_runner',
                                                  REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_dataset(*paths):
    """A data set that shows these photographs."""

    class Photographs(BaseDataset):

        def load_data_list(self):
            return [dict(gt_path=path) for path in paths]

    return Photographs()


def read_raw(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_files_hold_the_pictures_of_the_sample(evaluation_runner, tmp_path):
    sample = evaluation_runner.make_sample(2)
    save_sample(sample, tmp_path, 'abbey/1')
    output = sample.output
    expected = {
        'restored': output.pred_img, 'clean': sample.gt_img,
        'damaged': sample.input
    }  # yapf: disable
    for kind, image in expected.items():
        rgb = io.imread(tmp_path / kind / 'abbey/1.png')
        np.testing.assert_array_equal(rgb, image.numpy()[::-1].transpose(
            1, 2, 0))  # yapf: disable
    for kind, mask in dict(
            mask=output.pred_mask, true_mask=sample.mask).items():
        pixels = read_raw(tmp_path / kind / 'abbey/1.png')
        assert pixels.dtype == np.uint8
        np.testing.assert_array_equal(pixels, 255 * mask[0].numpy())
    confidence = read_raw(tmp_path / 'confidence' / 'abbey/1.png')
    assert confidence.dtype == np.uint16
    np.testing.assert_allclose(
        confidence / 65535, output.mask_prob[0].numpy(), atol=1e-6)
    assert len(list(tmp_path.rglob('*.png'))) == 6


def test_the_file_keeps_a_probability_on_its_side_of_one_half(
        evaluation_runner, tmp_path):
    sample = evaluation_runner.make_sample(0)
    values = torch.tensor(
        [[[0.5, np.nextafter(np.float32(0.5), np.float32(1)), 0, 1]]])
    sample.output.mask_prob = values
    save_sample(sample, tmp_path, 'a')
    confidence = read_raw(tmp_path / 'confidence/a.png') / 65535
    np.testing.assert_array_equal(confidence > 0.5,
                                  [[False, True, False, True]])
    assert confidence[0, 2:].tolist() == [0, 1]


def test_detector_saves_no_restored_image(evaluation_runner, tmp_path):
    sample = evaluation_runner.make_sample(0)
    del sample.output.pred_img
    save_sample(sample, tmp_path, 'a')
    assert not (tmp_path / 'restored').exists()
    assert (tmp_path / 'mask/a.png').is_file()


def test_names_are_those_of_the_photographs():
    dataset = make_dataset('/data/val/a/x.jpg', '/data/val/b/x.png')
    assert name_samples(dataset) == ['a/x', 'b/x']


@pytest.mark.parametrize('paths', [('/d/x.jpg', '/d/x.jpg', '/d/y.jpg'),
                                   ('/d/x.jpg', '/d/x.png', '/d/y.jpg')])
def test_names_used_twice_get_the_index(paths):
    assert name_samples(make_dataset(*paths)) == ['x_0', 'x_1', 'y_2']


def test_data_without_photographs_are_numbered(evaluation_runner):
    assert name_samples(evaluation_runner.Samples(2)) == ['000000', '000001']


def test_test_writes_every_sample(evaluation_runner, tmp_path):
    hook = SaveResultsHook(out_dir=str(tmp_path / 'out'))
    runner = evaluation_runner.make_runner(tmp_path / 'work')
    runner.register_hook(hook)
    runner.test()
    names = sorted(path.name for path in (tmp_path / 'out/mask').iterdir())
    assert names == [f'{index:06d}.png' for index in range(7)]


def test_earlier_results_are_not_overwritten(evaluation_runner, tmp_path):
    kept = tmp_path / 'out' / 'kept.png'
    kept.parent.mkdir()
    kept.write_text('mine')
    runner = evaluation_runner.make_runner(tmp_path / 'work')
    runner.register_hook(SaveResultsHook(out_dir=str(kept.parent)))
    with pytest.raises(ConfigError, match='out is not an empty folder'):
        runner.test()
    assert [kept] == list(kept.parent.iterdir())


def test_data_sets_are_kept_apart(evaluation_runner, tmp_path):
    loader = dict(
        batch_size=2,
        sampler=dict(type='mmengine.DefaultSampler', shuffle=False),
        dataset=evaluation_runner.Samples(2))
    evaluators = [
        dict(metrics=[dict(type='MAE', prefix=name)]) for name in 'ab'
    ]
    runner = evaluation_runner.make_runner(
        tmp_path / 'work',
        test_dataloader=[loader, dict(loader)],
        test_evaluator=evaluators)
    runner.register_hook(SaveResultsHook(out_dir=str(tmp_path / 'out')))
    runner.test()
    for number in '01':
        assert len(list((tmp_path / 'out' / number / 'clean').iterdir())) == 2
