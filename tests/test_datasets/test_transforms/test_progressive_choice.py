"""Pipelines that follow one another."""
import pytest

from hcl_mmagic.datasets.transforms import ProgressiveChoice


def choice(*first_draws):
    return ProgressiveChoice(
        first_draws=first_draws,
        transforms=[[lambda results, part=part: dict(results, part=part)]
                    for part in range(len(first_draws))])


@pytest.mark.parametrize(('draw', 'part'), [(0, 0), (9, 0), (10, 1), (19, 1),
                                            (20, 2), (10**9, 2), (None, 2)])
def test_each_part_begins_with_its_first_draw(draw, part):
    assert choice(0, 10, 20)(dict(draw=draw))['part'] == part


def test_without_a_number_the_last_one_is_taken():
    assert choice(0, 10)({})['part'] == 1


@pytest.mark.parametrize('first_draws', [(), (1, 2), (0, 5, 5), (0, 6, 5)])
def test_numbers_rise_from_0(first_draws):
    with pytest.raises(ValueError, match='rising from 0, got'):
        choice(*first_draws)


def test_one_number_per_pipeline():
    with pytest.raises(ValueError, match=r'\[0\] for 2 pipelines'):
        ProgressiveChoice(first_draws=[0], transforms=[[], []])
