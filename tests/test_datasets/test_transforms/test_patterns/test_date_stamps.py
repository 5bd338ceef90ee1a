"""Tests of hcl_mmagic/datasets/transforms/patterns/date_stamps.py."""
import re

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from hcl_mmagic.datasets.transforms import DateStampCorruption
from hcl_mmagic.datasets.transforms.patterns.date_stamps import (_draw_date,
                                                                 random_date)

BLACK = np.zeros((200, 300, 3), np.uint8)
# Which of the bars top, upper right, lower right, bottom, lower left, upper
# left and middle light up: the truth table of seven-segment displays.
TABLE = dict(
    zip('0123456789', (0b1111110, 0b0110000, 0b1101101, 0b1111001, 0b0110011,
                       0b1011011, 0b1011111, 0b1110000, 0b1111111, 0b1111011)))
# Where the middle of each bar is, as a share of height and width.
MIDDLES = ((0.04, 0.5), (0.27, 0.95), (0.73, 0.95), (0.96, 0.5), (0.73, 0.05),
           (0.27, 0.05), (0.5, 0.5))


@pytest.mark.parametrize('digit', TABLE)
def test_digits_light_the_bars_of_a_seven_segment_display(digit, monkeypatch):
    monkeypatch.setattr(np.random, 'choice', lambda values: values[0])
    np.random.seed(0)
    share = _draw_date('8' + digit, 60, dotted=False)
    # The 8 tells where the bars of a digit are.
    columns = np.flatnonzero(share.any(axis=0))
    gap = columns[np.argmax(np.diff(columns))] + 1
    width = gap - columns[0]
    # Every digit has a bar on its right.
    step = columns[-1] + 1 - width - columns[0]
    left = columns[0] + step
    lit = [
        share[round(59 * row),
              round(left + (width - 1) * column)] > 0.5
        for row, column in MIDDLES
    ]
    assert sum(2**(6 - bar) for bar, on in enumerate(lit) if on) == \
        TABLE[digit]


def _stamp(seed=0, **arguments) -> dict:
    np.random.seed(seed)
    return DateStampCorruption(**{
        'opacity_range': (1, 1),
        **arguments
    })(
        dict(gt=BLACK))


def test_digits_are_as_high_as_asked_and_in_a_corner():
    corners = set()
    for seed in range(12):
        mask = _stamp(
            seed, size_range=(0.1, 0.1), glow_probability=0)['mask'][..., 0]
        rows, columns = np.nonzero(mask)
        assert abs(np.ptp(rows) + 1 - 20) <= 3
        top, left = rows.mean() < 100, columns.mean() < 150
        assert min(rows.min(), 199 - rows.max()) <= 0.06 * 200 + 12
        corners.add((bool(top), bool(left)))
    assert len(corners) == 4


def test_the_light_is_one_of_orange_red_yellow_and_white():
    hues = set()
    for seed in range(20):
        results = _stamp(seed, size_range=(0.2, 0.2), dot_probability=0)
        alpha = results['alpha'][..., 0]
        place = np.unravel_index(alpha.argmax(), alpha.shape)
        color = np.rint(results['img'][place] / alpha[place])
        assert color[0] >= color[1] >= color[2] and color[0] > 240
        hues.add(tuple(color))
    assert len(hues) > 3


def test_a_glow_surrounds_the_digits():
    shares = []
    for probability in (0, 1):
        alpha = _stamp(
            size_range=(0.2, 0.2),
            dot_probability=0,
            glow_probability=probability)['alpha'][..., 0]
        core = alpha > 0.75
        near = binary_dilation(
            core, iterations=4) & ~binary_dilation(
                core, iterations=3)
        shares.append(alpha[near].mean())
    assert shares[0] < 0.1 and shares[0] + 0.05 < shares[1] < 0.6


def test_dots_leave_gaps_in_the_bars():
    plain, dotted = (
        _stamp(
            size_range=(0.3, 0.3),
            glow_probability=0,
            dot_probability=probability)['alpha'].sum()
        for probability in (0, 1))
    # A disc of 0.45 of the grid's pitch covers 64 % of it.
    assert 0.5 < dotted / plain < 0.8


def test_dates_and_times_come_up_as_cameras_write_them():
    np.random.seed(0)
    dates = [random_date() for _ in range(300)]
    for form in (r"^'\d\d [ \d]\d [ \d]\d", r"^[ \d]\d [ \d]\d '\d\d",
                 r"^\d\d\.\d\d\.'\d\d", r'^\d{4}/\d\d/\d\d', r'^\d{4}-\d\d-',
                 r'^[ \d]\d [ \d]\d:\d\d', r'  [ \d]\d:\d\d$'):
        assert any(re.search(form, date) for date in dates), form


@pytest.mark.parametrize('arguments, message', [
    (dict(dot_probability=2), 'dot_probability must be'),
    (dict(glow_probability=-1), 'glow_probability must be'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DateStampCorruption(**arguments)
