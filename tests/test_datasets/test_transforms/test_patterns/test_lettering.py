"""Tests of hcl_mmagic/datasets/transforms/patterns/lettering.py."""
import re

import numpy as np
from scipy.ndimage import binary_dilation

from hcl_mmagic.datasets.transforms.patterns.lettering import (choose_font,
                                                               draw_letters,
                                                               draw_outlined,
                                                               random_text)


def test_words_dates_numbers_addresses_and_copyright_lines_come_up():
    np.random.seed(0)
    texts = [random_text() for _ in range(300)]
    for form in (r'SAMPLE|PROOF', '\N{COPYRIGHT SIGN} [0-9]{4}',
                 r'Photography$', r'^\d{4}-\d\d-\d\d$', r"^\d\d\.\d\d\.'\d\d$",
                 r'^IMG_\d{5}$', r'^www\.[a-z]+\.com$'):
        assert any(re.search(form, text) for text in texts), form


def test_letters_fill_their_box():
    share = draw_letters('Ag', 'DejaVuSans', 40)
    assert share.dtype == np.float32
    assert share.max() == 1 and share.min() == 0
    for edge in (share[0], share[-1], share[:, 0], share[:, -1]):
        assert edge.max() > 0


def test_long_text_is_made_to_fit():
    text = 'short\n' + 'long text ' * 5
    font = choose_font(text, 40, most_width=120, fonts=['DejaVuSans'])
    assert draw_letters(text, *font).shape[1] <= 122


def test_thicker_letters_are_the_letters_dilated():
    letters, thicker = draw_outlined('HEL', 'DejaVuSans-Bold', 60, stroke=3)
    assert letters.shape == thicker.shape
    disc = np.hypot(*np.mgrid[-3:4, -3:4]) <= 3.2
    expected = binary_dilation(letters > 0.5, disc)
    assert ((thicker > 0.5) != expected).mean() < 0.03
