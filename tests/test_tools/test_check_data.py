"""From a folder of pictures to the report of tools/.../check_data.py."""
import json
import os
from pathlib import Path
from typing import Callable, Dict

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

TOOL = 'analysis_tools/check_data.py'
SIZE = (48, 64)
NAMES = [f'{group}/{index}' for group in 'ab' for index in range(6)]


def _photograph(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(
        200, size=(4, 5, 3), dtype=np.uint8)
    return cv2.resize(small, SIZE[::-1], interpolation=cv2.INTER_CUBIC)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Twelve pairs with masks: 25 % of each damaged photograph is lighter."""
    for seed, name in enumerate(NAMES):
        clean = _photograph(seed)
        mask = np.zeros(SIZE, np.uint8)
        mask[:24, :32] = 255
        damaged = np.where(mask[..., None] > 0, clean // 2 + 128, clean)
        for folder, picture in (('clean', clean), ('damaged', damaged),
                                ('mask', mask)):
            path = tmp_path / 'own' / folder / f'{name}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path)
    return tmp_path / 'own'


@pytest.fixture
def check(run_tool: Callable, tmp_path: Path) -> Callable:
    """Runs the tool; gives exit code and JSON report.

    That the pictures are small is left out of the report.
    """

    def run(data: Path, *options: object) -> tuple:
        report, code = tmp_path / 'report.json', 0
        try:
            run_tool(TOOL, data, '--workers', 0, '--json', report, *options)
        except SystemExit as end:
            code = end.code
        found = json.loads(report.read_text())
        found['warnings'] = [
            text for text in found['warnings'] if 'are enlarged' not in text
        ]
        return code, found

    return run


def _errors(report: Dict) -> str:
    return '\n'.join(report['errors'])


def _warnings(report: Dict) -> str:
    return '\n'.join(report['warnings'])


def test_sound_pairs_are_counted_and_shown(own, check, tmp_path, capsys):
    code, report = check(own, '--sheet', tmp_path / 'out/sheet.png')
    assert code == 0 and not report['errors'] and not report['warnings']
    labels = list(report['splits'])
    assert [label.split(':')[0] for label in labels] == ['train', 'val']
    counts = [int(label.split()[1]) for label in labels]
    assert sum(counts) == 12 and all(counts)
    mask = report['splits'][labels[0]]['mask']
    assert mask['formats'] == {'PNG': counts[0]}
    assert mask['traits'] == {'grey': counts[0]}
    assert mask['height'] == [48] * 3 and mask['width'] == [64] * 3
    assert report['ratios'].pop('20-30') == counts[0]
    assert not any(report['ratios'].values())
    sheet = cv2.imread(str(tmp_path / 'out/sheet.png'))
    assert sheet.shape[0] > 8 * 192
    printed = capsys.readouterr().out
    assert f'   20-30 {counts[0]:6} {"#" * 40}\n' in printed
    assert 'are enlarged to the short side of 256 pixels' in printed


def test_workers_find_the_same(own, run_tool, check, tmp_path):
    _, expected = check(own)
    run_tool(TOOL, own, '--workers', 2, '--json', tmp_path / 'two.json')
    found = json.loads((tmp_path / 'two.json').read_text())
    assert found.pop('warnings') and expected.pop('warnings') == []
    assert found == expected


def test_without_masks_the_difference_counts(own, check):
    for path in (own / 'mask').glob('*/*'):
        path.unlink()
    for path in [*(own / 'mask').iterdir(), own / 'mask']:
        path.rmdir()
    for threshold, ratio in ((20, '20-30'), (200, '0')):
        code, report = check(own, '--difference-threshold', threshold)
        assert code == (ratio == '0')
        assert report['ratios'][ratio] == sum(report['ratios'].values())
    assert 'pairs show no damage' in _errors(report)


def test_clean_photographs_are_damaged_as_in_training(own, check):
    (own / 'damaged').rename(own.parent / 'elsewhere')
    code, report = check(own)
    assert code == 0
    ratios = report['ratios']
    drawn = [f'{low}-{low + 10}' for low in range(0, 60, 10)]
    assert sum(ratios[name] for name in drawn) == 64
    assert sum(ratios.values()) == 64


def test_one_broken_file_is_a_warning_that_names_it(own, check):
    path = own / 'clean/b/3.png'
    path.write_bytes(path.read_bytes()[:-100])
    code, report = check(own)
    assert code == 0
    assert 'b/3.png (' in _warnings(report)
    assert '1 of ' in _warnings(report)


def test_sizes_that_differ_are_named_with_both_files(own, check):
    Image.fromarray(_photograph(0)[::2]).save(own / 'damaged/a/0.png')
    code, report = check(own)
    assert code == 0
    assert 'damaged/a/0.png (64 x 24 pixels' in _warnings(report)
    assert 'clean/a/0.png has 64 x 48' in _warnings(report)


def test_when_nothing_can_be_used_that_is_an_error(own, check):
    for path in (own / 'damaged').glob('*/*'):
        path.write_text('not an image')
    code, report = check(own)
    assert code == 1
    assert 'train: 1' in _errors(report) and 'no photograph that' in _errors(
        report)


def test_files_without_a_partner_are_an_error(own, check):
    (own / 'mask/a/1.png').unlink()
    code, report = check(own)
    assert code == 1 and len(report['errors']) == 1
    assert f'1 with none in {own}/mask ({own}/damaged/a/1.png)' in _errors(
        report)
    assert sum(report['ratios'].values()) > 0  # the others were read
    ignore = '_dataloader.dataset.ignore_unpaired=True'
    code, report = check(
        own, '--cfg-options',
        *(split + ignore for split in ('train', 'val', 'test')))
    assert code == 0 and f'1 with none in {own}/mask' in _warnings(report)


def _invert(paths) -> None:
    for path in paths:
        ImageOps.invert(Image.open(path)).save(path)


def test_masks_of_the_wrong_polarity_are_an_error(own, check):
    _invert((own / 'mask').glob('*/*'))
    code, report = check(own)
    assert code == 1 and 'train: masks look inverted' in _errors(report)
    assert 'set invert_mask=True' in _errors(report)
    loader = '_dataloader.dataset.pipeline.0.invert_mask=True'
    code, report = check(own, '--cfg-options', f'train{loader}',
                         f'val{loader}', f'test{loader}')
    assert code == 0 and not report['errors']


def test_a_single_inverted_mask_is_pointed_out(own, check):
    _invert([own / 'mask/a/2.png'])
    code, report = check(own)
    assert code == 0
    assert 'masks look inverted: in 1 of' in _warnings(report)
    assert 'a/2.png' in _warnings(report)


def test_grey_masks_and_other_files_are_pointed_out(own, check):
    mask = np.array(Image.open(own / 'mask/a/0.png'))
    mask[0, 0] = 90
    Image.fromarray(mask).save(own / 'mask/a/0.png')
    (own / 'clean/phone.HEIC').touch()
    _, report = check(own)
    assert '1 of ' in _warnings(report)
    assert 'not black and white' in _warnings(report)
    assert 'are not read: 1 .heic' in _warnings(report)


def test_pairs_of_another_exposure_are_an_error(own, check):
    (own / 'mask').rename(own.parent / 'elsewhere')
    for path in (own / 'damaged').glob('*/*'):
        Image.fromarray(np.array(Image.open(path)) // 2 + 127).save(path)
    code, report = check(own)
    assert code == 1
    assert 'differ in more than 90% of their pixels' in _errors(report)


def test_photographs_in_both_splits_are_pointed_out(own, check):
    for name in NAMES:  # all the same photograph
        for folder in ('clean', 'damaged'):
            path = own / folder / f'{name}.png'
            path.write_bytes((own / folder / 'a/0.png').read_bytes())
    _, report = check(own)
    assert 'photographs of val are in train, too' in _warnings(report)


def test_a_checked_folder_is_forgotten(own, check, monkeypatch):
    monkeypatch.delenv('OWN_PICTURES', raising=False)
    check(own)
    assert 'OWN_PICTURES' not in os.environ


def test_formats_and_traits_are_counted(own, check):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.fromarray(_photograph(0))
    (own / 'damaged').rename(own.parent / 'elsewhere')
    for path in (own / 'clean').glob('*/*'):
        turned.save(path.with_suffix('.jpg'), exif=exif)
        path.unlink()
    deep = (_photograph(1) * np.uint16(256))
    cv2.imwrite(str(own / 'clean/deep.png'), deep)
    translucent = np.dstack([_photograph(2), _photograph(3)[..., 0]])
    Image.fromarray(translucent).save(own / 'clean/alpha.png')
    _, report = check(own)
    files = [split['clean'] for split in report['splits'].values()]
    total = {
        name: sum(part['traits'].get(name, 0) for part in files)
        for name in ('turned', '16 bit', 'alpha', 'grey')
    }
    assert total == {'turned': 12, '16 bit': 1, 'alpha': 1, 'grey': 0}
    assert max(part['height'][2] for part in files) == 64


POOL_CONFIG = """
default_scope = 'mmagic'
train_dataloader = dict(
    sampler=dict(type='SeededInfiniteSampler'),
    dataset=dict(
        type='ConcatDataset',
        datasets=[dict(
            type='CleanImageDataset', data_root={root!r},
            data_prefix=dict(gt='clean'), pipeline=[
                dict(type='LoadResizedPhotograph'),
                dict(type='MaskFromFolder', folder={root!r} + '/mask'),
                dict(type='CorruptImage', feather_radius=0., contents=[
                    dict(type='ConstantColorContent')]),
                dict(type='PackInputs', keys=['img'])])]))
"""


def test_a_config_with_a_folder_of_masks(own, check, tmp_path):
    config = tmp_path / 'pool.py'
    config.write_text(POOL_CONFIG.format(root=str(own)))
    code, report = check(config)
    assert code == 0 and not report['errors']
    assert report['ratios']['20-30'] == 64
    _invert((own / 'mask').glob('*/*'))
    code, report = check(config)
    assert code == 1
    assert 'masks look inverted: 12 of 12 are white' in _errors(report)
    assert 'invert=True in MaskFromFolder' in _errors(report)


def test_missing_photographs_are_an_error(own, check, tmp_path):
    config = tmp_path / 'pool.py'
    config.write_text(POOL_CONFIG.format(root=str(own)))
    (own / 'clean').rename(own / 'other')
    code, report = check(config)
    assert code == 1 and 'own/clean does not exist' in _errors(report)


@pytest.mark.parametrize('folder, message', [
    ('nowhere', 'there is no folder or config'),
    ('.', 'has no folder clean/'),
])
def test_folders_of_another_layout_end_in_one_line(run_tool, capsys, folder,
                                                   message):
    with pytest.raises(SystemExit) as end:
        run_tool(TOOL, folder)
    assert end.value.code == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize('option', [('--sheet', 'a.jpg'), ('--workers', -1)])
def test_impossible_options_are_refused(run_tool, own, option):
    with pytest.raises(SystemExit) as end:
        run_tool(TOOL, own, *option)
    assert end.value.code == 2
