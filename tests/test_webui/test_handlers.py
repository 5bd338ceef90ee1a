"""What the page's controls do, without a browser and without Gradio."""
from pathlib import Path
from typing import Any, Dict, Optional

import cv2
import numpy as np
import pytest
from colour_inferencer import DAMAGE, ColourInferencer
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis import HCLInferencer
from hcl_mmagic.apis.results import Verdict
from hcl_mmagic.errors import ConfigError, HCLError, PhotographError
from hcl_mmagic.photographs.reading import read_photograph
from hcl_mmagic.webui.handlers import Handlers, verdict_in_words
from hcl_mmagic.webui.previews import PREVIEW_SIDE

SETTINGS = dict(threshold=0.5, dilate=2, feather=0)
BRUSH = np.uint8((1, 2, 3, 255))


@pytest.fixture
def handlers(tmp_path: Path) -> Handlers:
    folder = tmp_path / 'files'
    folder.mkdir()
    return Handlers(ColourInferencer(), str(folder), max_pixels=5_000_000)


def write_photograph(path: Path,
                     height: int = 60,
                     width: int = 80,
                     damaged: Optional[slice] = np.s_[20:40, 30:50]) -> str:
    pixels = np.random.default_rng(0).integers(
        0, 200, (height, width, 3), dtype=np.uint8)
    if damaged is not None:
        pixels[damaged] = DAMAGE[::-1]
    cv2.imwrite(str(path), pixels)
    return str(path)


def strokes(editor: Dict[str, Any],
            *,
            add: Any = None,
            erase: Any = None) -> Dict[str, Any]:
    """The editor's value after brush and eraser were used."""
    layer = editor['layers'][0].copy()
    if erase is not None:
        layer[erase] = 0
    if add is not None:
        layer[add] = BRUSH
    return dict(editor, layers=[layer])


def shown_mask(editor: Dict[str, Any]) -> np.ndarray:
    return editor['layers'][0][..., 3] > 0


def test_open_marks_the_damage(handlers: Handlers, tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    _, editor, text = handlers.open(path, **SETTINGS)
    expected = np.zeros((60, 80), bool)
    expected[20:40, 30:50] = True
    np.testing.assert_array_equal(shown_mask(editor), expected)
    assert '80 × 60 pixels, 8.3% marked' in text


def test_outline_encloses_what_is_replaced(handlers: Handlers,
                                           tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    _, editor, _ = handlers.open(path, **SETTINGS)
    line = (editor['background'] == 255).all(axis=2)
    assert line[17, 40] and line[42, 40] and line[30, 27] and line[30, 52]
    assert not line[20:40, 28:52].any()


def test_other_settings_need_no_detector(handlers: Handlers,
                                         tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    _, editor, _ = handlers.adjust(
        session, editor, threshold=0.3, dilate=2, feather=0)
    assert shown_mask(editor)[30, 29]
    assert handlers.inferencer.detections == 1


def test_strokes_outlive_other_settings(handlers: Handlers,
                                        tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    drawn = strokes(editor, add=np.s_[:5, :5], erase=np.s_[20:25])
    for threshold in (0.3, 0.95, 0.3):
        session, drawn, _ = handlers.adjust(
            session, drawn, threshold=threshold, dilate=2, feather=0)
    assert shown_mask(drawn)[:5, :5].all()
    assert not shown_mask(drawn)[20:25, 30:].any()
    assert shown_mask(drawn)[25:40, 29:50].all()


def test_erased_stroke_is_gone(handlers: Handlers, tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    session, drawn, _ = handlers.adjust(session,
                                        strokes(editor, add=np.s_[:5, :5]),
                                        **SETTINGS)
    _, drawn, _ = handlers.adjust(session, strokes(drawn, erase=np.s_[:5, :5]),
                                  **SETTINGS)
    np.testing.assert_array_equal(shown_mask(drawn), shown_mask(editor))


def test_strokes_can_be_forgotten(handlers: Handlers, tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    session, _, _ = handlers.adjust(
        session, strokes(editor, add=np.s_[:5], erase=np.s_[20:30]),
        **SETTINGS)
    _, forgotten, _ = handlers.forget_strokes(session, **SETTINGS)
    np.testing.assert_array_equal(shown_mask(forgotten), shown_mask(editor))


def test_cleared_canvas_restores_nothing(handlers: Handlers,
                                         tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    _, result = handlers.restore(session, dict(editor, layers=[]), **SETTINGS)
    assert result.text.startswith('0.0%')


def test_result_is_the_upload_outside_of_the_mask(handlers: Handlers,
                                                  tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    _, result = handlers.restore(session,
                                 strokes(editor, add=np.s_[50:55, 5:10]),
                                 **SETTINGS)
    mask = cv2.imread(result.mask_file, cv2.IMREAD_UNCHANGED)
    expected = np.zeros((60, 80), np.uint8)
    expected[20:40, 30:50] = expected[50:55, 5:10] = 255
    expected = cv2.dilate(expected,
                          cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    assert (mask != expected).sum() <= 8  # corners of the discs
    uploaded = read_photograph(path).pixels
    restored = read_photograph(result.restored_file).pixels
    np.testing.assert_array_equal((restored != uploaded).any(2), mask == 255)


@pytest.mark.slow
def test_networks_repair_what_is_marked(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path / 'tiny.pth')
    inferencer = HCLInferencer(str(tmp_path / 'tiny.pth'), device='cpu')
    handlers = Handlers(inferencer, str(tmp_path), max_pixels=10_000)
    path = write_photograph(tmp_path / 'a.png', 90, 100)
    session, editor, _ = handlers.open(path, **SETTINGS)
    only = strokes(editor, erase=np.s_[:], add=np.s_[10:30, 10:30])
    _, result = handlers.restore(session, only, **SETTINGS)
    uploaded = read_photograph(path).pixels
    restored = read_photograph(result.restored_file).pixels
    changed = (restored != uploaded).any(axis=2)
    assert changed[10:30, 10:30].mean() > 0.9
    changed[8:32, 8:32] = False
    assert not changed.any()


def test_files_are_called_after_the_upload(handlers: Handlers,
                                           tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'été 1.jpg')
    session, editor, _ = handlers.open(path, **SETTINGS)
    _, result = handlers.restore(session, editor, **SETTINGS)
    assert Path(result.restored_file).name == 'été 1_restored.png'
    assert Path(result.mask_file).name == 'été 1_mask.png'
    assert Path(handlers.folder) in Path(result.mask_file).parents


def test_large_photograph_is_marked_at_its_own_resolution(
        handlers: Handlers, tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png', 1001, 3 * PREVIEW_SIDE,
                            np.s_[500:501, 7:1207])
    session, editor, _ = handlers.open(path, **SETTINGS)
    assert editor['background'].shape == (334, PREVIEW_SIDE, 3)
    _, result = handlers.restore(
        session, strokes(editor, add=np.s_[:10, -10:]),
        threshold=0.5, dilate=0, feather=0)  # yapf: disable
    mask = cv2.imread(result.mask_file, cv2.IMREAD_UNCHANGED)
    expected = np.zeros((1001, 3 * PREVIEW_SIDE), np.uint8)
    expected[500, 7:1207] = expected[:30, -30:] = 255
    np.testing.assert_array_equal(mask, expected)


@pytest.mark.parametrize('pixels', [
    np.full((9, 12), 77, np.uint8),
    np.full((9, 12, 3), 77 * 257, np.uint16),
    np.full((9, 12, 4), 77, np.uint8),
    np.full((1, 1), 77, np.uint8),
])
def test_any_kind_of_photograph_has_a_preview(handlers: Handlers,
                                              tmp_path: Path,
                                              pixels: np.ndarray) -> None:
    cv2.imwrite(str(tmp_path / 'a.png'), pixels)
    _, editor, text = handlers.open(str(tmp_path / 'a.png'), **SETTINGS)
    value = 201 if pixels.ndim == 3 and pixels.shape[2] == 4 else 77
    np.testing.assert_array_equal(editor['background'],
                                  np.full((*pixels.shape[:2], 3), value))
    assert 'Nothing seems to be damaged' in text


def test_what_is_transparent_is_not_marked(handlers: Handlers,
                                           tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    pixels = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2BGRA)
    pixels[:30, :, 3] = 0
    cv2.imwrite(path, pixels)
    _, editor, _ = handlers.open(path, **SETTINGS)
    assert not shown_mask(editor)[:30].any()
    assert shown_mask(editor)[30:40, 30:50].all()


def test_too_many_pixels_are_refused(handlers: Handlers,
                                     tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png', 2000, 2501)
    with pytest.raises(PhotographError, match='5,000,000|5000000'):
        handlers.open(path, **SETTINGS)


def test_no_photograph_is_refused(handlers: Handlers, tmp_path: Path) -> None:
    (tmp_path / 'a.png').write_bytes(b'nothing')
    with pytest.raises(HCLError):
        handlers.open(str(tmp_path / 'a.png'), **SETTINGS)


def test_restoring_shows_the_strokes_in_the_mask(handlers: Handlers,
                                                 tmp_path: Path) -> None:
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    (_, shown, text), _ = handlers.restore(session,
                                           strokes(editor, add=np.s_[:5, :8]),
                                           **SETTINGS)
    assert shown_mask(shown)[:5, :8].all()
    assert '9.2% marked' in text


def test_nothing_open_is_said(handlers: Handlers) -> None:
    with pytest.raises(ConfigError, match='drop one first'):
        handlers.restore(None, None, **SETTINGS)


@pytest.mark.parametrize('name,value', [('threshold', 2), ('dilate', -1),
                                        ('feather', float('nan'))])
def test_settings_out_of_range_are_refused(handlers: Handlers, name: str,
                                           value: float) -> None:
    with pytest.raises(ConfigError, match=name):
        handlers.adjust(None, None, **{**SETTINGS, name: value})


@pytest.mark.parametrize('verdict,words', [
    (Verdict('clean', 0.034), 'Nothing seems to be damaged (probability of '
     'damage 3%). Restore only if you see damage where it is marked.'),
    (Verdict('uncertain', 0.5), 'This may be damaged (probability of damage '
     '50%). Look at the mask first.'),
    (Verdict('damaged', None), 'Damage was found.'),
])
def test_verdict_is_said_in_words(verdict: Verdict, words: str) -> None:
    assert verdict_in_words(verdict) == words


def test_marking_everything_is_refused(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path / 'tiny.pth')
    inferencer = HCLInferencer(str(tmp_path / 'tiny.pth'), device='cpu')
    handlers = Handlers(inferencer, str(tmp_path), max_pixels=5_000_000)
    path = write_photograph(tmp_path / 'a.png')
    session, editor, _ = handlers.open(path, **SETTINGS)
    everything = strokes(editor, add=np.s_[:, :])
    with pytest.raises(HCLError, match='leaves nothing intact'):
        handlers.restore(session, everything, **SETTINGS)
