"""Photographs that are sent come back as the command would write them."""
import base64
import json
from pathlib import Path
from typing import Any, Dict

import cv2
import numpy as np
import pytest
import requests
import tifffile
from known_inferencer import FILLING, KnownInferencer, picture
from photograph_server import encode
from PIL import Image

from hcl_mmagic import apis
from hcl_mmagic.restore_command.main import main

JSON = dict(Accept='application/json')


def _sixteen_bits() -> bytes:
    pixels = picture(9).astype(np.uint16) * 257
    alpha = np.full(pixels.shape[:2], 65535, np.uint16)
    content = cv2.imencode('.png', np.dstack([pixels, alpha]))[1]
    return content.tobytes()


def _with_profile() -> bytes:
    exif = Image.Exif()
    exif[274] = 3  # stands on its head
    metadata = dict(exif=exif, icc_profile=b'profile', dpi=(72, 72))
    return encode(
        picture(9)[::-1, ::-1], 'JPEG', quality=100, subsampling=0, **metadata)


def _pages(tmp_path: Path) -> bytes:
    path = tmp_path / 'pages.tif'
    with tifffile.TiffWriter(path) as writer:
        for seed in range(3):
            writer.write(picture(9 if seed == 1 else 0, seed=seed))
    return path.read_bytes()


def _files(tmp_path: Path) -> Dict[str, bytes]:
    return {
        'depth.png': _sixteen_bits(),
        'profile.jpg': _with_profile(),
        'pages.tif': _pages(tmp_path),
        'clean.bmp': encode(picture(0), 'BMP'),
        'uncertain.png': encode(picture(3)),
        'fax.png': encode(picture(9)[..., 0] > 100),
    }


def test_results_are_those_of_the_command(
        url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apis, 'HCLInferencer', KnownInferencer)
    files = _files(tmp_path)
    (tmp_path / 'in').mkdir()
    for name, content in files.items():
        (tmp_path / 'in' / name).write_bytes(content)
    report = tmp_path / 'report.json'
    main([str(tmp_path / 'in'), '-o', str(tmp_path / 'out'), '--report',
          str(report)])  # yapf: disable
    rows = json.loads(report.read_text())['photographs']
    assert {row['status'] for row in rows} == {
        'restored', 'clean', 'uncertain', 'not looked at'}  # yapf: disable
    for row in rows:
        outputs = row['outputs']
        expected = Path(outputs.get('restored') or outputs['copy'])
        answer = requests.post(
            f'{url}/restore', data=files[Path(row['input']).name])
        assert answer.content == expected.read_bytes(), row['input']
        assert answer.headers['HCL-Status'] == row['status']
        assert answer.headers.get('HCL-Verdict') == row['verdict']


def test_everything_is_in_the_json(url: str, damaged: bytes) -> None:
    file = requests.post(f'{url}/restore', data=damaged)
    told = requests.post(f'{url}/restore', data=damaged, headers=JSON).json()
    assert base64.b64decode(told['restored']) == file.content
    assert told['media_type'] == file.headers['Content-Type'] == 'image/png'
    assert told['regions'] == [
        dict(box=[0, 0, 9, 1], area=9, probability=1., label='damaged')
    ]
    mask = _decode(base64.b64decode(told['mask']))
    changed = (_decode(file.content) != _decode(damaged)).any(axis=2)
    np.testing.assert_array_equal(mask == 255, changed)
    assert told['changed_share'] == pytest.approx(changed.mean())


def test_pages_are_told_one_by_one(url: str, tmp_path: Path) -> None:
    told = requests.post(
        f'{url}/restore', data=_pages(tmp_path), headers=JSON).json()
    assert [page['status'] for page in told['pages']] == [
        'clean', 'restored', 'clean']  # yapf: disable
    assert told['mask'] is None


def test_a_form_is_as_good_as_a_body(url: str, damaged: bytes) -> None:
    body = requests.post(f'{url}/restore', data=damaged)
    form = requests.post(f'{url}/restore', files=dict(photograph=damaged))
    assert form.content == body.content


def test_a_given_mask_is_used(url: str, damaged: bytes) -> None:
    mask = np.zeros((12, 16), np.uint8)
    mask[6:9, 2:5] = 255
    answer = requests.post(
        f'{url}/restore',
        files=dict(photograph=damaged, mask=encode(mask)),
        data=dict(dilate='0', feather='0'))
    restored = _decode(answer.content)
    assert (restored[6:9, 2:5] == FILLING).all()
    restored[6:9, 2:5] = _decode(damaged)[6:9, 2:5]
    np.testing.assert_array_equal(restored, _decode(damaged))


def test_options_are_those_of_the_command(url: str, damaged: bytes) -> None:
    fields = dict(dilate=0, feather=0, exclude=['0,0,2,1', '5,0,9,1'])
    for given in (dict(params=fields, data=damaged),
                  dict(data=fields, files=dict(photograph=damaged))):
        answer: Any = requests.post(f'{url}/restore', **given)
        changed = _decode(answer.content) != _decode(damaged)
        assert changed.any(axis=2).nonzero()[1].tolist() == [2, 3, 4]


def test_detection_changes_nothing_and_marks(url: str, damaged: bytes) -> None:
    answer = requests.post(f'{url}/detect', data=damaged)
    expected = np.zeros((12, 16), np.uint8)
    expected[0, :9] = 255
    np.testing.assert_array_equal(_decode(answer.content), expected)
    assert answer.headers['HCL-Verdict'] == 'damaged'
    none = requests.post(
        f'{url}/detect', params=dict(exclude='0,0,16,1'), data=damaged)
    assert not _decode(none.content).any()


def test_uncertain_regions_are_marked_on_request(url: str) -> None:
    doubtful = encode(picture(3))
    for wanted, number in (('false', 0), ('true', 3)):
        answer = requests.post(
            f'{url}/detect',
            params=dict(restore_uncertain=wanted),
            data=doubtful)
        assert np.count_nonzero(_decode(answer.content)) == number


def _decode(content: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
