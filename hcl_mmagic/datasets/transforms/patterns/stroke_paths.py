"""The ways that spray cans and pens take."""
import numpy as np

from .curves import random_changes, random_position, random_walk, smooth_curve

# Control points of letters: x from 0 to 1, y from -0.5 (top) to 0.5.
_LETTERS = tuple(
    np.array(points) for points in (
        ((0, .4), (.1, -.5), (.5, .3), (.9, -.5), (1, .4)),
        ((0, -.5), (.3, .5), (.6, -.1), (.8, .5), (1, -.5)),
        ((.9, -.4), (.3, -.5), (0, 0), (.3, .5), (1, .4)),
        ((.9, -.45), (.2, -.4), (.3, 0), (.9, .15), (.6, .5), (0, .4)),
        ((.5, -.5), (0, 0), (.5, .5), (1, 0), (.5, -.5), (.2, -.3)),
        ((0, 0), (.8, -.1), (.6, -.5), (.05, -.1), (.3, .5), (1, .3)),
        ((0, -.5), (.05, .5), (.1, 0), (.9, -.5), (.2, 0), (1, .5)),
        ((0, .5), (.05, -.5), (.9, -.35), (.2, .05), (1, .5)),
    ))


def random_tag(shape: tuple[int, int]) -> list[np.ndarray]:
    """Draw a word of graffiti: slanting letters, some joined, a swash. Curves
    ``(N, 2)``, x and y in pixels, for a height and width in pixels."""
    side = min(shape)
    count = np.random.randint(3, 7)
    letter_height = np.random.uniform(0.2, 0.45) * side
    letter_width = letter_height * np.random.uniform(0.5, 0.9)
    slant = np.random.uniform(-0.1, 0.4)
    strokes: list[np.ndarray] = []
    for number in range(count):
        points = _LETTERS[np.random.randint(len(_LETTERS))].astype(float)
        points += np.random.normal(0, 0.06, points.shape)
        points *= letter_width, letter_height * np.random.uniform(0.8, 1.2)
        points += letter_width * 1.15 * (number - count / 2), 0
        if strokes and np.random.rand() < 0.4:
            strokes[-1] = np.concatenate([strokes[-1], points])
        else:
            strokes.append(points)
    if np.random.rand() < 0.3:  # below the word, from its end to its start
        ends = np.array(((0.55, 0.7), (0, 0.85), (-0.6, 0.75), (-0.5, 0.95)))
        strokes.append(ends * (letter_width * count, letter_height))
    turn = _random_turn(25)
    middle = _random_middle(shape)
    lean = np.array(((1, 0), (-slant, 1)))
    return [smooth_curve(points @ lean @ turn + middle) for points in strokes]


def random_scribble(shape: tuple[int, int]) -> np.ndarray:
    """Draw loops, hatching or a wandering line: a curve ``(N, 2)``, x and y in
    pixels, for a height and width in pixels."""
    side = min(shape)
    kind = np.random.randint(3)
    if kind == 0:
        return random_walk(
            random_position(*shape),
            step=np.random.uniform(0.1, 0.25) * side,
            count=np.random.randint(5, 12),
            bend=0.9)
    points = _random_loops(side) if kind == 1 else _random_hatching(side)
    return points @ _random_turn(90) + _random_middle(shape)


def _random_turn(most_degrees: float) -> np.ndarray:
    """Draw a rotation, ``(2, 2)``, to multiply points with from the right."""
    angle = np.deg2rad(np.random.uniform(-most_degrees, most_degrees))
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, sine], [-sine, cosine]])


def _random_middle(shape: tuple[int, int]) -> np.ndarray:
    return np.random.uniform(0.25, 0.75, 2) * shape[::-1]


def _random_loops(side: int) -> np.ndarray:
    """Handwriting practice: loops along a line, about 0."""
    count = 300
    angles = np.linspace(0, 2 * np.pi * np.random.uniform(3, 8), count)
    radii = np.clip(1 + 0.3 * random_changes(count), 0.4, 1.6)
    radii *= np.random.uniform(0.04, 0.15) * side
    along = np.linspace(-0.5, 0.5, count)
    along *= np.random.uniform(0.2, 0.9) * side
    return np.stack([along + radii * np.cos(angles), radii * np.sin(angles)],
                    axis=1)


def _random_hatching(side: int) -> np.ndarray:
    """A pen that goes back and forth, about 0."""
    count = np.random.randint(8, 24)
    along = np.linspace(-0.5, 0.5, count) * np.random.uniform(0.2, 0.7) * side
    swing = np.random.uniform(0.06, 0.25) * side
    ends = swing * np.random.uniform(0.6, 1, count)
    ends[::2] *= -1
    return smooth_curve(np.stack([along, ends], axis=1))
