"""HCLVisualizer through its backends and MMagic's hook."""
import numpy as np
import pytest
import torch
from mmagic.engine.hooks import BasicVisualizationHook
from mmagic.registry import VISUALIZERS
from mmagic.structures import DataSample
from skimage import data, io

from hcl_mmagic.visualization import make_panel, sample_to_row


def to_tensor(image):
    """RGB ``(H, W, 3)`` to BGR ``(3, H, W)``, float in [0, 255]."""
    return torch.tensor(image[..., ::-1].transpose(2, 0, 1).copy()).float()


@pytest.fixture
def photograph():
    return data.chelsea()[:130, :140]


@pytest.fixture
def data_sample(photograph):
    gt_img = to_tensor(photograph)
    mask = torch.zeros(1, 130, 140)
    mask[:, 40:80, 40:80] = 1
    sample = DataSample(
        gt_img=gt_img,
        input=gt_img * (1 - mask),
        mask=mask,
        metainfo=dict(sample_idx=3, gt_path='folder/cat.png'))
    sample.output = DataSample(
        pred_img=gt_img + 0.25, pred_mask=mask, mask_prob=0.75 * mask)
    return sample


@pytest.fixture
def visualizer(tmp_path, request):
    return VISUALIZERS.build(
        dict(
            type='HCLVisualizer',
            name=request.node.name,
            vis_backends=[
                dict(type='LocalVisBackend'),
                dict(type='TensorboardVisBackend')
            ],
            save_dir=str(tmp_path)))


def list_images(tmp_path):
    folder = tmp_path / 'vis_data' / 'vis_image'
    return sorted(path.name for path in folder.iterdir())


def test_row_holds_rgb_pictures(data_sample, photograph):
    row = sample_to_row(data_sample)
    np.testing.assert_array_equal(row.gt_img, photograph)
    np.testing.assert_array_equal(row.pred_img, photograph)  # rounded
    assert row.mask.shape == row.pred_mask.shape == (130, 140)
    assert row.mask_prob.max() == 0.75


def test_values_out_of_range_are_clipped(data_sample):
    data_sample.output.pred_img = data_sample.gt_img + 1000
    assert (sample_to_row(data_sample).pred_img == 255).all()


def test_sample_of_a_plain_inpaintor_has_fewer_pictures(data_sample):
    data_sample.output = DataSample(pred_img=data_sample.gt_img)
    row = sample_to_row(data_sample)
    assert row.pred_mask is None and row.mask_prob is None
    assert make_panel([row]).shape[1] == 4 * 140 + 3 * 4


def test_sample_of_a_bare_detector_has_no_restored_picture(data_sample):
    del data_sample.output.pred_img
    row = sample_to_row(data_sample)
    assert row.pred_img is None and row.pred_mask is not None


def test_panel_reaches_the_backends(visualizer, data_sample, tmp_path):
    visualizer.add_datasample(data_sample, step=50)
    assert list_images(tmp_path) == ['cat_3_50.png']
    written = io.imread(tmp_path / 'vis_data' / 'vis_image' / 'cat_3_50.png')
    np.testing.assert_array_equal(written,
                                  make_panel([sample_to_row(data_sample)]))
    assert list((tmp_path / 'vis_data').glob('events.out.tfevents*'))


def test_crops_of_one_photograph_do_not_collide(visualizer, data_sample,
                                                tmp_path):
    visualizer.add_datasample(data_sample)
    data_sample.set_metainfo(dict(sample_idx=4))
    visualizer.add_datasample(data_sample)
    assert list_images(tmp_path) == ['cat_3_0.png', 'cat_4_0.png']


def test_mmagic_hook_draws_with_it(visualizer, data_sample, tmp_path):

    class Runner:
        iter = 7

    Runner.visualizer = visualizer
    hook = BasicVisualizationHook(interval=1)
    hook.after_val_iter(Runner, 0, outputs=[data_sample])
    assert list_images(tmp_path) == ['cat_3_7.png']


def test_unknown_visualizer_argument_is_named():
    with pytest.raises(TypeError, match='HCLVisualizer.*img_keys'):
        VISUALIZERS.build(
            dict(type='HCLVisualizer', name='typo', img_keys=['gt_img']))
