"""What values of arguments may be; each raises an ArgumentTypeError that says
what was expected and what came."""
import argparse
import re
from typing import Tuple

from ..jobs.share import Share

# What can be written beside each result, and how its name ends.
EXTRAS = {
    'mask': '_mask.png',
    'confidence': '_confidence.png',
    'panel': '_panel.png',
    'detection': '_detection.npz',
    'layers': '_layers.ora'
}
# Of what a file holds, and a result does not, or only by a way of its own.
REFUSABLE = ('cmyk', 'pictures', 'bits', 'pages')

# Arguments of Python, where a message can only mean them.
_OPTION_NAMES = re.compile(
    r'(?<![-\w])(?:max_memory|min_area|batch_size|inpaintor_checkpoint|'
    r'clean_below|damaged_above|(?:threshold|dilate|feather)(?= must)|'
    r'(?:include|exclude)(?= takes))(?!\w)')


def kinds_to_refuse(text: str) -> Tuple[str, ...]:
    """Kinds of files that are not to be restored."""
    return _some_of(REFUSABLE, text)


def _some_of(known: Tuple[str, ...], text: str) -> Tuple[str, ...]:
    kinds = text.split(',')
    if not set(kinds) <= set(known):
        raise argparse.ArgumentTypeError(
            f'expected some of {",".join(known)}, got {text}')
    return tuple(kind for kind in known if kind in kinds)


def extras(text: str) -> Tuple[str, ...]:
    """Kinds of what is written beside each result."""
    return _some_of(tuple(EXTRAS), text)


def report_file(text: str) -> str:
    """Name of a report."""
    if not text.lower().endswith(('.json', '.csv')):
        raise argparse.ArgumentTypeError(
            f'expected FILE.json or FILE.csv, got {text}')
    return text


def rectangle(text: str) -> Tuple[int, ...]:
    """Four whole numbers of pixels."""
    try:
        return tuple(map(int, text.split(',')))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'expected four whole numbers x,y,width,height, got {text}')


def share(text: str) -> float:
    """A number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f'expected 0 to 1, got {text}')
    return number


def shard(text: str) -> Share:
    """One of several shares, 'K/N'."""
    found = re.fullmatch(r'0*([1-9]\d*)/0*([1-9]\d*)', text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(
            f'expected K/N, such as 3/16, with K from 1 to N, got {text}')
    return Share(int(found[1]), int(found[2]))


def seconds(text: str) -> float:
    """A time that is not 0."""
    number = float(text)
    if not 0.1 <= number < float('inf'):
        raise argparse.ArgumentTypeError(
            f'expected seconds from 0.1 on, got {text}')
    return number


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f'expected a whole number from 1 on, got {text}')
    return int(text)


def device(text: str) -> str:
    """Name of a device."""
    if not re.fullmatch(r'auto|cpu|mps|cuda(:\d+)?', text):
        raise argparse.ArgumentTypeError(
            f'expected auto, cpu, cuda, cuda:N or mps, got {text}')
    return text


def as_typed(message: str) -> str:
    """A message of the library that names options of the command as they are
    typed."""
    return _OPTION_NAMES.sub(lambda found: '--' + found[0].replace('_', '-'),
                             message)
