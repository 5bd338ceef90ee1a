"""Detections that are kept, and used with other options."""
import json
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from known_inferencer import (KnownInferencer, contents, picture, pixels_of,
                              save)

from hcl_mmagic.apis.kept_detections import decode_detection, encode_detection

Restore = Callable[..., int]
REPLAY = ('--detections', 'first')


@pytest.fixture
def folder(tmp_path: Path, restore: Restore) -> Path:
    """Photographs, and what was found in them."""
    for index, damaged in enumerate((9, 0, 3)):
        save(tmp_path / 'in' / f'{index}.png', picture(damaged, seed=index))
    assert restore('in', '-o', 'first', '--save', 'detection,mask') == 0
    return tmp_path


@pytest.fixture
def blind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From now on nothing can be found."""
    original = KnownInferencer.restore

    def restore(self: KnownInferencer, *args: Any, **given: Any) -> object:
        assert given.get('detection') is not None
        return original(self, *args, **given)

    monkeypatch.setattr(KnownInferencer, 'restore', restore)
    monkeypatch.setattr(KnownInferencer, '__call__', None)
    return folder


def test_the_same_options_give_the_same_results(blind: Path,
                                                restore: Restore) -> None:
    assert restore('in', '-o', 'second', '--save', 'detection,mask', *REPLAY,
                   '--batch-size', 2) == 0
    assert contents(blind / 'second') == contents(blind / 'first')


def test_other_options_change_the_mask(blind: Path, restore: Restore) -> None:
    assert restore('in', '-o', 'second', '--save', 'mask', *REPLAY, '--dilate',
                   0, '--feather', 0) == 0
    mask = pixels_of(blind / 'second' / '0_mask.png')
    assert (mask > 0).sum() == 9 < (pixels_of(blind / 'first' / '0_mask.png')
                                    > 0).sum()
    assert restore('in', '-o', 'third', *REPLAY, '--threshold', 1) == 0
    assert contents(blind / 'third')['0.png'] == (blind / 'in' /
                                                  '0.png').read_bytes()


def test_edited_masks_come_in(blind: Path, restore: Restore) -> None:
    save(blind / 'm.png', picture(0)[..., 0] * 0 + np.uint8(0))
    mask = np.zeros((12, 16), np.uint8)
    mask[-1, -1] = 255
    save(blind / 'm.png', mask)
    assert restore('in/0.png', '-o', 'second', *REPLAY, '--mask', 'm.png',
                   '--mask-mode', 'add', '--save', 'mask', '--dilate', 0,
                   '--feather', 0) == 0
    assert (pixels_of(blind / 'second' / '0_mask.png') > 0).sum() == 10


@pytest.mark.parametrize('arguments, verdicts', [
    ([], ['damaged', 'clean', 'uncertain']),
    (['--clean-below', 0.6], ['damaged', 'clean', 'clean']),
    (['--damaged-above', 0.4], ['damaged', 'clean', 'damaged']),
    (['--clean-below', 0], ['damaged', 'uncertain', 'uncertain']),
])
def test_the_verdict_follows_its_limits(blind: Path, restore: Restore,
                                        arguments: list,
                                        verdicts: list) -> None:
    assert restore('in', '-o', 'second', *REPLAY, *arguments, '--report',
                   'r.json') == 0
    rows = json.loads((blind / 'r.json').read_text())['photographs']
    assert [row['verdict'] for row in rows] == verdicts


def test_with_another_inpaintor_nothing_detects(blind: Path,
                                                restore: Restore) -> None:
    restore('in', '-o', 'second', *REPLAY, '--inpaintor', 'a.py')
    assert KnownInferencer.latest.settings['detects'] is False


def test_a_photograph_that_has_changed_is_refused(
        blind: Path, restore: Restore, capsys: pytest.CaptureFixture) -> None:
    save(blind / 'in' / '0.png', picture(8))
    save(blind / 'in' / 'new.png', picture(8))
    assert restore('in', '-o', 'second', *REPLAY) == 1
    error = capsys.readouterr().err
    assert '0_detection.npz is the detection of another file' in error
    assert 'no detection of it is kept: expected' in error
    assert set(contents(blind / 'second')) == {'1.png', '2.png'}


def test_a_damaged_detection_is_named(blind: Path, restore: Restore,
                                      capsys: pytest.CaptureFixture) -> None:
    (blind / 'first' / '0_detection.npz').write_bytes(b'PK')
    assert restore('in/0.png', '-o', 'second', *REPLAY) == 1
    assert '0_detection.npz: it is no detection' in capsys.readouterr().err


def test_a_detection_of_another_size_is_refused(
        blind: Path, restore: Restore, capsys: pytest.CaptureFixture) -> None:
    path = blind / 'first' / '0_detection.npz'
    detection, facts = decode_detection(path.read_bytes())
    path.write_bytes(
        encode_detection(detection.confidence[1:], detection.verdict, **facts))
    assert restore('in/0.png', '-o', 'second', *REPLAY) == 1
    assert 'is the detection of another file' in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said(restore: Restore,
                                            capsys: pytest.CaptureFixture
                                            ) -> None:  # yapf: disable
    with pytest.raises(SystemExit, match='2'):
        restore('a.png', '-o', 'out', '--detections', 'none')
    assert 'there is no folder none' in capsys.readouterr().err
