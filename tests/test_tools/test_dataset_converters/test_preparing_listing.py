"""Finding files and pairing them."""
import pytest

from hcl_mmagic.errors import DataMismatchError, DataNotFoundError


@pytest.fixture
def listing():
    from hcl_mmagic.lab.preparing import file_listing
    return file_listing


def test_names_are_relative_and_sorted(listing, save, root):
    for name in ('train/b/2.png', 'train/a/1.JPEG', 'val/3.png'):
        save(name)
    assert listing.list_pictures(
        str(root), 'train') == ['train/a/1.JPEG', 'train/b/2.png']


def test_a_list_of_an_earlier_run_is_no_folder(listing, root):
    (root / 'annotations').mkdir()
    (root / 'annotations/train.txt').write_text('train/a.png\n')
    with pytest.raises(DataNotFoundError, match='train does not exist'):
        listing.list_pictures(str(root), 'train')


def test_two_pictures_with_one_key_are_refused(listing, save, root):
    save('gt/1.png')
    save('gt/1.jpg')
    with pytest.raises(DataMismatchError, match='gt/1.jpg and gt/1.png'):
        listing.index_pictures(str(root), 'gt')


def test_files_without_a_partner_say_what_they_lack(listing):
    from hcl_mmagic.lab.preparing.file_listing import Sample
    samples, alone = listing.pair_files(
        dict(a='A/a', b='A/b', c='A/c'), dict(a='C/a', b='C/b', d='C/d'),
        dict(a='B/a', c='B/c'))
    assert samples == [Sample('A/a', 'C/a', 'B/a')]
    assert samples[0].line == 'A/a\tC/a\tB/a'
    assert alone == {
        'A/b': 'no mask of this name',
        'C/b': 'no mask of this name',
        'A/c': 'no clean picture of this name',
        'B/c': 'no clean picture of this name',
        'C/d': 'no damaged picture and no mask of this name'
    }
