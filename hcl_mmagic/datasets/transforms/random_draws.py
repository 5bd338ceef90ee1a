"""What transforms that draw at random share."""
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

Drawn = TypeVar('Drawn')
Bounds = TypeVar('Bounds', bound=Sequence[float])


def check_range(name: str,
                bounds: Bounds,
                lowest: float,
                highest: float = np.inf) -> Bounds:
    """Return (smallest, largest), or ValueError if they are in the wrong order
    or out of range."""
    if len(bounds) != 2 or not lowest <= bounds[0] <= bounds[1]:
        raise ValueError(f'{name} must be (least, most) with at least '
                         f'{lowest}, got {bounds}.')
    if bounds[1] > highest:
        raise ValueError(f'{name} must be at most {highest}, got {bounds}.')
    return bounds


def check_probability(name: str, value: float) -> float:
    """Return a probability, or ValueError if it is outside [0, 1]."""
    if not 0 <= value <= 1:
        raise ValueError(f'{name} must be from 0 to 1, got {value}.')
    return value


def random_integer(bounds: tuple[int, int]) -> int:
    """Draw from both bounds and all integers between them."""
    return int(np.random.randint(bounds[0], bounds[1] + 1))


def random_size(bounds: tuple[float, float]) -> float:
    """Draw a size, each doubling between the bounds equally often."""
    return float(np.exp(np.random.uniform(*np.log(bounds))))


def random_within(bounds: tuple[float, float]) -> float:
    """Draw between two bounds; nothing is drawn where they are equal, so a
    choice that a config does not use leaves all other draws as they are."""
    low, high = bounds
    return float(low if low == high else np.random.uniform(low, high))


def happens(probability: float) -> bool:
    """Draw yes or no; nothing is drawn for 0, see :func:`random_within`."""
    return probability > 0 and np.random.rand() < probability


def check_redraws(ratio_range: tuple[float, float], max_draws: int) -> None:
    """ValueError if :func:`draw_until_it_fits` cannot work with these."""
    check_range('ratio_range', ratio_range, 0)
    if ratio_range[0] > 1:
        raise ValueError('ratio_range is a share of all pixels, at most '
                         f'1, got {ratio_range}.')
    if max_draws < 1:
        raise ValueError(f'max_draws must be at least 1, got {max_draws}.')


def draw_until_it_fits(draw: Callable[[], Drawn], ratio: Callable[[Drawn],
                                                                  float],
                       ratio_range: tuple[float,
                                          float], max_draws: int) -> Drawn:
    """Draw anew until the corrupted share of the pixels, as ``ratio`` measures
    it, is within ``ratio_range``, both ends included; after ``max_draws`` the
    closest drawing is taken."""
    low, high = ratio_range
    closest_distance = np.inf
    for _ in range(max_draws):
        drawing = draw()
        share = ratio(drawing)
        distance = max(low - share, share - high, 0)
        if distance < closest_distance:
            closest, closest_distance = drawing, distance
        if distance == 0:
            break
    return closest
