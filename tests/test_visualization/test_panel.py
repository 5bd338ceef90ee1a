"""Panels: sizes, colours and order of the pictures."""
import cv2
import numpy as np
import pytest
from skimage import data, io

from hcl_mmagic.visualization import PanelRow, make_panel, write_png

CAPTION, GAP = 20, 4
CELLS = ('input', 'true mask', 'detected mask', 'confidence', 'restored',
         'truth')


def make_row(height=130, width=140):
    """A row of a photograph whose top left quarter is corrupted."""
    gt_img = data.chelsea()[:height, 60:60 + width]
    mask = np.zeros((height, width), np.float32)
    mask[:height // 2, :width // 2] = 1
    corrupted = np.where(mask[..., None] == 1, 0, gt_img).astype(np.uint8)
    return PanelRow(
        pred_img=255 - gt_img,
        corrupted=corrupted,
        mask=mask,
        pred_mask=1 - mask,
        mask_prob=mask,
        gt_img=gt_img)


def get_cell(panel, index, top=CAPTION + GAP, height=130, width=140):
    left = index * (width + GAP)
    return panel[top:top + height, left:left + width]


def test_pictures_stand_in_order_below_the_captions():
    row = make_row()
    panel = make_panel([row])
    assert panel.dtype == np.uint8
    assert panel.shape == (CAPTION + GAP + 130, 6 * 140 + 5 * GAP, 3)
    for index, image in ((0, row.corrupted), (4, row.pred_img), (5,
                                                                 row.gt_img)):
        np.testing.assert_array_equal(get_cell(panel, index), image)


def test_corrupted_pixels_are_white_in_the_masks():
    panel = make_panel([make_row()])
    true_mask, pred_mask = get_cell(panel, 1), get_cell(panel, 2)
    assert (true_mask[0, 0] == 255).all() and (true_mask[-1, -1] == 0).all()
    np.testing.assert_array_equal(pred_mask, 255 - true_mask)


def test_confidence_runs_from_dark_blue_to_yellow():
    confidence = get_cell(make_panel([make_row()]), 3)
    (red, green, blue), intact = confidence[0, 0], confidence[-1, -1]
    assert red > 200 and green > 200 and blue < 100
    assert intact[2] > intact[1] and intact.max() < 100


def test_captions_are_drawn_above_every_picture():
    panel = make_panel([make_row()])
    for index in range(len(CELLS)):
        assert get_cell(panel, index, top=0, height=CAPTION).max() > 200


def test_rows_of_one_size_share_the_captions():
    panel = make_panel([make_row(), make_row(), make_row()])
    assert panel.shape[0] == CAPTION + 3 * (GAP + 130)


def test_row_of_another_width_has_its_own_captions():
    panel = make_panel([make_row(), make_row(150, 200)])
    assert panel.shape == (2 * CAPTION + 3 * GAP + 130 + 150,
                           6 * 200 + 5 * GAP, 3)


def test_missing_pictures_are_left_out():
    panel = make_panel([make_row()._replace(mask=None, gt_img=None)])
    assert panel.shape[1] == 4 * 140 + 3 * GAP


@pytest.mark.parametrize('size, expected', [
    ((32, 32), (128, 128)),
    ((50, 60), (150, 180)),
    ((128, 128), (128, 128)),
    ((200, 300), (171, 256)),
    ((300, 150), (256, 128)),
    ((300, 10), (256, 9)),
    ((1, 1), (128, 128)),
])
def test_pictures_of_any_size_are_fitted(size, expected):
    panel = make_panel([make_row(*size)])
    height, width = expected
    assert panel.shape == (CAPTION + GAP + height, 6 * width + 5 * GAP, 3)


def test_magnified_mask_stays_binary():
    panel = make_panel([make_row(32, 32)])
    cell = get_cell(panel, 1, height=128, width=128)
    np.testing.assert_array_equal(cell[:64, :64], 255)
    assert set(np.unique(cell)) == {0, 255}


def test_longest_side_can_be_chosen():
    panel = make_panel([make_row()], max_cell_side=280)
    assert panel.shape[0] == CAPTION + GAP + 130
    panel = make_panel([make_row()], max_cell_side=70)
    assert panel.shape[1] == 6 * 70 + 5 * GAP


def test_nan_probability_is_drawn_dark():
    row = make_row()
    panel = make_panel([row._replace(mask_prob=row.mask * np.nan)])
    assert get_cell(panel, 3).max() < 100


def test_written_file_holds_the_image_and_nothing_else_is_left(tmp_path):
    panel = make_panel([make_row()])
    path = tmp_path / 'new' / 'panel.png'
    for _ in range(2):
        write_png(path, panel)
    np.testing.assert_array_equal(io.imread(path), panel)
    assert cv2.imread(str(path)) is not None
    assert list(path.parent.iterdir()) == [path]


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match='at least one row'):
        make_panel([])


def test_pictures_of_two_sizes_are_refused():
    row = make_row()
    with pytest.raises(ValueError, match='must have one size'):
        make_panel([row._replace(mask=row.mask[1:])])


def test_a_title_stands_above_its_row_alone():
    row = make_row()
    plain, titled = (
        make_panel([row, row._replace(title=title)])
        for title in (None, 'graffiti'))
    added = CAPTION + GAP
    assert titled.shape[0] == plain.shape[0] + added
    top = CAPTION + GAP + 130 + GAP
    np.testing.assert_array_equal(titled[:top], plain[:top])
    np.testing.assert_array_equal(titled[top + added:], plain[top:])
    assert titled[top:top + CAPTION].max() > 200
