"""No two photographs share a name, whatever they are called."""
import os
from pathlib import Path
from typing import List, Set

import pytest

from hcl_mmagic.restore_command.names import ResultNames, choose_names


def all_names(results: List[ResultNames]) -> List[str]:
    """Every name, once per photograph."""
    return [
        name for names in results
        for name in {names.own, names.png, *names.extras.values()}
    ]


def test_names_are_those_of_the_photographs() -> None:
    relative = os.path.join('2020', 'summer', 'a.JPG')
    names, = choose_names([relative])
    assert names.own == relative
    assert names.png == os.path.join('2020', 'summer', 'a.png')
    assert names.extras == {
        kind: os.path.join('2020', 'summer', f'a_{kind}.{ending}')
        for kind, ending in dict(
            mask='png',
            confidence='png',
            panel='png',
            detection='npz',
            layers='ora').items()
    }


@pytest.mark.parametrize('order', [1, -1])
def test_a_jpeg_gives_way_to_the_png_of_its_name(order: int) -> None:
    relatives = ['a.jpg', 'a.png'][::order]
    jpeg, png = choose_names(relatives)[::order]
    assert png.own == png.png == 'a.png'
    assert png.extras['mask'] == 'a_mask.png'
    assert jpeg.own == 'a.jpg' and jpeg.png == 'a.jpg.png'
    assert jpeg.extras['mask'] == 'a.jpg_mask.png'


def test_a_mask_gives_way_to_a_photograph_of_its_name() -> None:
    photograph, lookalike = choose_names(['x.png', 'x_mask.png'])
    assert photograph.own == 'x.png'
    assert photograph.extras['mask'] == 'x.png_mask.png'
    assert lookalike.own == 'x_mask.png'


def test_equal_names_are_numbered() -> None:
    names = choose_names(['a.jpg', 'a.jpg', 'a.jpg', 'a_2.jpg'])
    assert [name.own for name in names] == [
        'a.jpg', 'a_2.jpg', 'a_3.jpg', 'a_2_2.jpg']  # yapf: disable


@pytest.mark.parametrize(
    'relatives', [['a.png', 'A.PNG'], ['\u00e9.png', 'e\u0301.png'],
                  ['stra\u00dfe.png', 'STRASSE.png'], ['a.jpg', 'A.png']])
def test_names_differ_on_every_file_system(relatives: List[str]) -> None:
    folded = [name.casefold() for name in all_names(choose_names(relatives))]
    assert len(set(folded)) == len(folded)


def test_a_result_is_not_called_like_a_folder() -> None:
    first, second = choose_names(['a.jpg', os.path.join('a.png', 'b.png')])
    assert first.png == 'a.jpg.png'
    assert second.own == os.path.join('a.png', 'b.png')


@pytest.mark.parametrize('stem', ['x' * 251, '\u00e9' * 125, '\U0001f4f7' * 62,
                                  '\udcff' * 251])  # yapf: disable
def test_long_names_are_cut_and_stay_different(stem: str,
                                               tmp_path: Path) -> None:
    relatives = [stem + '.jpg', stem + '.png', stem + '.tif']
    names = all_names(choose_names(relatives))
    assert len(set(names)) == len(names)
    for name in names:
        (tmp_path / name).touch()
    assert len(list(tmp_path.iterdir())) == len(names)


def test_names_do_not_collide_in_a_crowd() -> None:
    stems = ['a', 'a.jpg', 'a_mask', 'a_2', 'a.jpg_mask', 'A', 'a.png']
    relatives = [stem + ending for stem in stems
                 for ending in ('.jpg', '.png', '.PNG', '.webp', '')
                 ] * 3  # yapf: disable
    results = choose_names(relatives)
    seen: Set[str] = set()
    for name in all_names(results):
        assert name.casefold() not in seen
        seen.add(name.casefold())
    first_ones = {relative: names.own for relative, names
                  in reversed(list(zip(relatives, results)))
                  }  # yapf: disable
    assert first_ones['a.jpg'] == 'a.jpg' and first_ones['a_mask'] == 'a_mask'


def test_many_equal_names_take_no_time() -> None:
    names = choose_names(['IMG_0001.jpg'] * 5_000)
    assert len({name.png for name in names}) == 5_000
