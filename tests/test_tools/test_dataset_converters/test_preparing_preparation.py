"""Reports and lists: what is left out, and when nothing is written."""
import multiprocessing
import os
import signal

import pytest


@pytest.fixture
def places(save):
    for number in range(3):
        save(f'data_large/a/{number}.jpg')
    save('val_large/0.jpg')


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-20])


def test_bad_files_are_reported_and_left_out(places, save, root, prepare,
                                             lists):
    cut_off(save('data_large/a/7.jpg'))
    (root / 'data_large/a/8.jpg').write_text('not an image')
    (root / 'data_large/a/9.jpg').symlink_to(root / 'gone.jpg')
    output = prepare('places365')
    written = lists()
    assert written['train'] == [f'data_large/a/{n}.jpg' for n in range(3)]
    names, reasons = zip(*(line.split('\t') for line in written['bad_files']))
    assert names == tuple(f'data_large/a/{number}.jpg' for number in (7, 8, 9))
    assert 'truncated' in reasons[0]
    assert reasons[1:] == ('is no photograph that can be read', 'is not there')
    assert ('Warning: 3 files left out, see '
            f'{root}/annotations/bad_files.txt') in output


def test_a_file_that_was_replaced_leaves_the_report(places, save, prepare,
                                                    lists):
    cut_off(save('data_large/a/7.jpg'))
    prepare('places365')
    save('data_large/a/7.jpg')
    prepare('places365')
    assert lists()['bad_files'] == []
    assert 'data_large/a/7.jpg' in lists()['train']


def test_a_name_that_breaks_a_list_is_left_out(places, save, prepare, lists):
    save('data_large/a/tab\there.jpg')
    prepare('places365')
    assert lists()['bad_files'] == [
        "'data_large/a/tab\\there.jpg'\t"
        'its name does not fit into a line of a list'
    ]
    assert len(lists()['train']) == 3


def test_strict_writes_the_report_and_no_list(places, save, prepare_in_vain,
                                              lists):
    cut_off(save('data_large/a/7.jpg'))
    message = prepare_in_vain('places365', '--strict')
    assert message.startswith('Error: No list was written: 1 files left out')
    assert 'val has 1 samples, 36,500 were published' in message
    assert set(lists()) == {'bad_files'}


def test_a_split_without_a_usable_file_is_an_error(places, save,
                                                   prepare_in_vain, lists):
    cut_off(save('val_large/0.jpg'))
    assert 'Nothing usable is left for val' in prepare_in_vain('places365')
    assert set(lists()) == {'bad_files'}


def test_pictures_keep_every_byte_and_date(places, root, prepare):

    def state():
        return {
            path: (path.read_bytes(), path.stat().st_mtime_ns)
            for path in root.rglob('*.jpg')
        }

    before = state()
    prepare('places365')
    assert state() == before


def test_a_folder_that_cannot_be_written_is_named(places, root,
                                                  prepare_in_vain):
    (root / 'annotations').touch()
    message = prepare_in_vain('places365')
    assert f'{root}/annotations/checked.jsonl cannot be written' in message


def test_a_missing_data_set_is_named(root, prepare_in_vain):
    assert f'The folder {root}/data_large does not exist' in prepare_in_vain(
        'places365')


def killed_while_it_renames(number, prepare):
    """Runs in a process of its own; dies before the nth rename."""
    replace, calls = os.replace, []

    def replace_or_die(*names):
        calls.append(names)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(*names)

    os.replace = replace_or_die
    prepare('places365')


@pytest.mark.parametrize('number, there', [(1, set()), (2, {'bad_files'}),
                                           (3, {'bad_files', 'train'})])
def test_a_kill_leaves_whole_lists_or_none(places, prepare, lists, number,
                                           there):
    process = multiprocessing.get_context('fork').Process(
        target=killed_while_it_renames, args=(number, prepare))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    written = lists()
    assert set(written) == there
    assert len(written.get('train', range(3))) == 3
    prepare('places365')
    assert {
        name: len(lines)
        for name, lines in lists().items()
    } == dict(
        train=3, val=1, bad_files=0)
