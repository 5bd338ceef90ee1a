"""Pictures that nobody can judge, and photographs that one can."""
import cv2
import numpy as np
import pytest
from skimage import data

from hcl_mmagic.photographs.unjudged import why_not_judged


def page(font_scale: float = 0.6) -> np.ndarray:
    paper = np.full((400, 300, 3), (250, 248, 240), np.uint8)
    for row in range(40, 380, 24):
        cv2.putText(paper, 'a line of letters', (20, row),
                    cv2.FONT_HERSHEY_SIMPLEX, font_scale, (20, 20, 20), 2,
                    cv2.LINE_AA)
    return paper


@pytest.mark.parametrize('picture, reason', [
    (data.astronaut()[:63, :200], '200 x 63 pixels are too few'),
    (data.astronaut()[:200, :63], '63 x 200 pixels are too few'),
    ((data.astronaut()[..., :1] > 99).astype(np.uint8) * 255, 'two values'),
    (np.full((80, 80, 1), 7, np.uint8), 'two values'),
    (page(), 'a page of print'),
    (page()[..., :1], 'a page of print'),
])
def test_reasons(picture: np.ndarray, reason: str) -> None:
    found = why_not_judged(picture)
    assert reason in (found or 'nothing')


@pytest.mark.parametrize('name', [
    'astronaut', 'chelsea', 'coffee', 'rocket', 'camera', 'coins', 'moon',
    'hubble_deep_field'
])
def test_photographs_can_be_judged(name: str) -> None:
    picture = getattr(data, name)()
    picture = picture[..., None] if picture.ndim == 2 else picture
    assert why_not_judged(picture) is None


def test_a_photograph_on_a_page_can_be_judged() -> None:
    picture = page()
    picture[100:250, 60:240] = data.astronaut()[:150, :180]
    assert why_not_judged(picture) is None
