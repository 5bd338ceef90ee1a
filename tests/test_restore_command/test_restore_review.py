"""The page of a report, read as text and in a browser."""
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Callable, List

import numpy as np
import pytest
import tifffile
from known_inferencer import FILLING, contents, picture, pixels_of, save

from hcl_mmagic.restore_command import review_commands
from hcl_mmagic.restore_command.arguments import build_parser, parse_args
from hcl_mmagic.restore_command.review_commands import (as_arguments,
                                                        commands_for)

Restore = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path, restore: Restore) -> Path:
    """A run over photographs of every fate, one with an awkward name."""
    size = (64, 80)
    save(tmp_path / 'in' / 'a damaged.jpg', picture(40, size) * 0 + 255)
    save(tmp_path / 'in' / 'b_clean.png', picture(0, size))
    save(tmp_path / 'in' / 'c<b>&doubt.png', picture(3, size))
    (tmp_path / 'in' / 'd_broken.png').write_bytes(b'no photograph')
    assert restore('in', '-o', 'out', '--report', 'r.json', '--save', 'mask',
                   '--exclude', '1,2,3,4', '--dilate', '1') == 1
    return tmp_path


def titles(page: str) -> List[str]:
    return re.findall('<h2>(.*?)</h2>', page)


def rows_of(folder: Path) -> dict:
    rows = json.loads((folder / 'r.json').read_text())['photographs']
    return {Path(row['input']).name: row for row in rows}


def test_what_needs_a_look_comes_first(folder: Path, restore: Restore,
                                       capsys: pytest.CaptureFixture) -> None:
    assert restore('review', 'r.json') == 0
    assert capsys.readouterr().out.endswith('r.html: 4 photographs\n')
    page = (folder / 'r.html').read_text('utf-8')
    assert [title.partition('/')[2] for title in titles(page)[:2]] == [
        'd_broken.png', 'c&lt;b&gt;&amp;doubt.png']  # yapf: disable
    assert '<b>&doubt' not in page
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_the_page_may_be_made_again_but_replaces_no_other(
        folder: Path, restore: Restore, capsys: pytest.CaptureFixture) -> None:
    assert restore('review', 'r.json', '-o', 'x.html') == 0
    assert restore('review', 'r.json', '-o', 'x.html') == 0
    (folder / 'r.html').write_text('my own')
    assert restore('review', 'r.json') == 1
    assert 'would be overwritten' in capsys.readouterr().err
    assert (folder / 'r.html').read_text() == 'my own'


@pytest.mark.parametrize('content, message', [
    (None, 'cannot be read: No such file'),
    ('', 'is no report of this version'),
    ('{"photographs": [{"input": "a"}]}', 'is no report of this version'),
    ('[1]', 'is no report of this version'),
])
def test_other_files_are_refused(tmp_path: Path, restore: Restore,
                                 capsys: pytest.CaptureFixture, content: str,
                                 message: str) -> None:
    if content is not None:
        (tmp_path / 'x.json').write_text(content)
    assert restore('review', 'x.json') == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / 'x.html').exists()


def test_results_that_are_gone_are_left_out(folder: Path,
                                            restore: Restore) -> None:
    shutil.rmtree(folder / 'out')
    assert restore('review', 'r.json') == 0
    page = (folder / 'r.html').read_text('utf-8')
    assert page.count('alt="before"') == 3 and 'alt="after"' not in page


def test_redone_results_are_those_of_the_run(folder: Path,
                                             restore: Restore) -> None:
    """A run that repairs what is in doubt, too, which redoing does."""
    for name, row in rows_of(folder).items():
        command, *arguments = shlex.split(commands_for(row)['redo'])
        assert command == 'hcl-restore'
        assert restore(*arguments) == (name == 'd_broken.png')
    redone = contents(folder / 'out')
    assert restore('in', '-o', 'again', '--save', 'mask', '--exclude',
                   '1,2,3,4', '--dilate', '1', '--restore-uncertain') == 1
    assert redone == contents(folder / 'again')
    doubtful = rows_of(folder)['c<b>&doubt.png']
    assert (pixels_of(folder /
                      doubtful['outputs']['copy'])[0, 0] == FILLING).all()


@pytest.mark.parametrize('status, more', [
    ('uncertain', '--restore-uncertain'), ('clean', '--threshold 0.5'),
    ('not looked at', '--threshold 0.5'), ('restored', ''), ('failed', '')
])  # yapf: disable
def test_redoing_repairs_what_was_left(status: str, more: str) -> None:
    row = dict(
        input='a.png',
        status=status,
        given_mask=None,
        outputs=dict(copy='out/a.png'),
        options=dict(out='out'))
    redo = commands_for(row)['redo']
    assert redo == f'hcl-restore a.png -o out {more}'.strip()


def test_a_common_mark_is_not_redone_for_one_photograph() -> None:
    row = dict(
        input='a.png',
        status='restored',
        given_mask=None,
        mark=[dict(opacity=0.5)],
        outputs=dict(restored='out/a.png'),
        options=dict(out='out', same_mark=True))
    assert set(commands_for(row)) == {'undo'}
    row['mark'] = []
    assert '--same-mark' not in commands_for(row)['redo']


def test_undone_results_are_the_originals(folder: Path,
                                          restore: Restore) -> None:
    for row in rows_of(folder).values():
        undo = commands_for(row).get('undo')
        if undo:
            subprocess.run(undo, shell=True, check=True)
    originals = contents(folder / 'in')
    left = {name: content for name, content in contents(folder / 'out').items()
            if not name.endswith('_mask.png')}  # yapf: disable
    assert set(left) == {'a damaged.jpg', 'b_clean.png', 'c<b>&doubt.png'}
    assert all(originals[name] == content for name, content in left.items())


def test_a_redone_result_replaces_no_other(tmp_path: Path,
                                           restore: Restore) -> None:
    """Alone, a.jpg would get the name that the result of a.png has."""
    save(tmp_path / 'in' / 'a.png', picture(9))
    save(tmp_path / 'in' / 'a.jpg', picture(9) * 0 + 255)
    restore('in', '-o', 'out', '--report', 'r.json')
    before = contents(tmp_path / 'out')
    redo = commands_for(rows_of(tmp_path)['a.jpg'])['redo']
    restore(*shlex.split(redo)[1:])
    assert before.items() <= contents(tmp_path / 'out').items()


def test_in_place_nothing_can_be_undone(tmp_path: Path,
                                        restore: Restore) -> None:
    save(tmp_path / 'in' / 'a.png', picture(3))
    restore('in', '--in-place', '--report', 'r.json')
    commands = commands_for(rows_of(tmp_path)['a.png'])
    assert set(commands) == {'redo'}
    assert restore(*shlex.split(commands['redo'])[1:]) == 0
    assert (pixels_of(tmp_path / 'in' / 'a.png')[0, :3] == FILLING).all()
    assert restore('review', 'r.json') == 0


def test_options_are_typed_as_they_were_read() -> None:
    given = ['a', '--in-place', '--save-to', 'm', '--save', 'mask,panel',
             '--include', '1,2,3,4', '--include', '5,6,7,8', '--threshold',
             '0.25', '--reverse']  # yapf: disable
    said = parse_args(build_parser(), given).said
    again = as_arguments(json.loads(json.dumps(said)))
    assert parse_args(build_parser(), ['a', *again]).said == said


def test_each_page_of_a_file_is_shown(tmp_path: Path,
                                      restore: Restore) -> None:
    with tifffile.TiffWriter(tmp_path / 'a.tif') as writer:
        for number in (9, 0):
            writer.write(picture(number), photometric='rgb', metadata=None)
    restore('a.tif', '-o', 'out', '--report', 'r.json')
    restore('review', 'r.json')
    page = (tmp_path / 'r.html').read_text('utf-8')
    assert sorted(titles(page)) == ['a.tif, page 1', 'a.tif, page 2']
    assert page.count('alt="after"') == 2


@pytest.mark.skipif(
    not (shutil.which('chromium') and shutil.which('chromedriver')),
    reason='needs the Debian packages chromium and chromium-driver')
@pytest.mark.slow
def test_the_page_works_from_disk(folder: Path, restore: Restore) -> None:
    pytest.importorskip('selenium', reason='needs pip install selenium')
    from page_browser import Browser
    restore('review', 'r.json')
    browser = Browser(folder)
    try:
        browser.driver.get((folder / 'r.html').as_uri())
        sizes = browser.driver.execute_script(
            'return [...document.images].map('
            'image => [image.alt, image.naturalWidth, image.complete])')
        shown = browser.driver.find_elements('css selector', 'article')
        texts = [article.text for article in shown]
    finally:
        browser.driver.quit()
    assert [name for name, *_ in sizes] == 3 * ['before', 'mask', 'after']
    assert all(width > 0 and complete for _, width, complete in sizes)
    assert np.all(['hcl-restore' in text for text in texts])
    assert 'c<b>&doubt.png' in texts[1]
    assert 'probability of damage 0.50' in texts[1]


def test_commands_are_typed_for_the_shell_of_windows(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_commands, '_IS_WINDOWS', True)
    monkeypatch.setattr(review_commands, '_COPY_AND_REMOVE',
                        (['copy', '/Y'], 'del'))
    row = dict(
        input='my photos\\a.jpg',
        status='restored',
        outputs=dict(restored='out\\a.png'),
        options=dict(out='out'))
    commands = commands_for(row)
    assert commands['redo'].startswith('hcl-restore "my photos\\a.jpg" ')
    assert commands['undo'] == ('copy /Y "my photos\\a.jpg" out\\a.jpg && '
                                'del out\\a.png')
