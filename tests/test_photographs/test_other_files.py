"""What is passed over, in numbers and words."""
from hcl_mmagic.photographs.other_files import by_kind, in_words


def test_files_are_counted_by_kind_and_suffix() -> None:
    kinds = by_kind({'.txt': 1, '.cr2': 2, '.dng': 3, '': 4, '.mov': 1})
    assert kinds == {
        'camera raw files': {
            '.dng': 3,
            '.cr2': 2
        },
        'films': {
            '.mov': 1
        },
        'other files': {
            'no suffix': 4,
            '.txt': 1
        }
    }
    assert in_words(kinds) == ('5 camera raw files (.dng 3, .cr2 2), 1 film '
                               '(.mov 1), 5 other files (no suffix 4, .txt 1)')


def test_nothing_is_nothing() -> None:
    assert by_kind({}) == {} and in_words({}) == ''
