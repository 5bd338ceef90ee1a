"""The file that remembers what has been checked."""
import pytest


@pytest.fixture
def journal(tmp_path):
    from hcl_mmagic.lab.preparing.journal import Journal
    return Journal(str(tmp_path / 'annotations/checked.jsonl'))


@pytest.fixture
def entry():
    from hcl_mmagic.lab.preparing.sample_examining import Finding
    return [[10, 20]], Finding(
        faults={'b.png': 'broken'}, size=(3, 4), white=0.25)


def test_entries_come_back(journal, entry):
    with journal:
        journal.add({('a\n.png', 'b.png'): entry})
    assert journal.read() == {('a\n.png', 'b.png'): entry}


def test_a_missing_file_is_empty(journal):
    assert journal.read() == {}


def test_the_later_entry_counts(journal, entry):
    for stamp in (1, 2):
        with journal:
            journal.add({('a.png', ): ([[stamp, 0]], entry[1])})
    assert journal.read() == {('a.png', ): ([[2, 0]], entry[1])}


@pytest.mark.parametrize('end', range(1, 12, 5))
def test_a_line_that_was_cut_off_does_no_harm(journal, entry, tmp_path, end):
    with journal:
        journal.add({('a.png', ): entry, ('b.png', ): entry})
    path = tmp_path / 'annotations/checked.jsonl'
    path.write_bytes(path.read_bytes()[:-end - 1])
    with journal:
        journal.add({('c.png', ): entry})
    assert set(journal.read()) == {('a.png', ), ('c.png', )}


def test_lines_of_another_version_are_passed_over(journal, entry, tmp_path):
    with journal:
        journal.add({('a.png', ): entry})
    with open(tmp_path / 'annotations/checked.jsonl', 'a') as file:
        file.write('[["b.png"], [[1, 2]], {"unknown": 3, "size": [1, 2]}]\n'
                   '[["c.png"], [[1, 2]]]\n{}\n')
    assert set(journal.read()) == {('a.png', )}
