"""What the command line names: whole methods, and parts to combine.

Nothing heavy is imported, so that a mistake is told at once.
"""
from dataclasses import dataclass
from typing import List, Optional, Sequence

from ...inpaintor_names import CLASSICAL_METHODS

METHOD, DETECTOR, INPAINTOR = ROLES = ('method', 'detector', 'inpaintor')
TRUE_MASK = 'true'
BUILT_IN = {DETECTOR: (TRUE_MASK, ), INPAINTOR: CLASSICAL_METHODS}
NO_CHECKPOINT = '-'
UNRESTORED = 'damaged input'  # the row of what is given to every method


@dataclass(frozen=True)
class Source:
    """Where a method, or a part of one, comes from: ``config`` is None for
    what is built in, or a file of LaMa; ``checkpoint`` None where there is
    none, or the config names those of its parts."""
    role: str
    name: str
    config: Optional[str] = None
    checkpoint: Optional[str] = None


def read_source(role: str, words: Sequence[str]) -> Source:
    """Read what follows ``--method``, ``--detector`` or ``--inpaintor``:
    ``NAME CONFIG [CHECKPOINT]``, or the name of what is built in. ValueError
    if it is neither."""
    built_in = BUILT_IN.get(role, ())
    if words[0] in built_in:
        if len(words) > 1:
            raise ValueError(
                f'--{role} {words[0]} is built in and takes no config: name '
                'yours otherwise')
        return Source(role, words[0])
    if len(words) not in (2, 3):
        alternative = f', or just {" or ".join(built_in)}' if built_in else ''
        raise ValueError(f'--{role} takes NAME CONFIG [CHECKPOINT]'
                         f'{alternative}, got {" ".join(words)}')
    checkpoint = words[2] if len(words) == 3 else NO_CHECKPOINT
    return Source(role, words[0], words[1],
                  None if checkpoint == NO_CHECKPOINT else checkpoint)


def pair_name(detector: str, inpaintor: str) -> str:
    """What a detector with an inpaintor is called in the tables."""
    return f'{detector} + {inpaintor}'


def check_names(sources: Sequence[Source]) -> None:
    """ValueError for lines of the tables that would share a name, or detectors
    and inpaintors that are not there to be combined."""
    by_role = {
        role: [source.name for source in sources if source.role == role]
        for role in ROLES
    }
    if not sources:
        raise ValueError('name at least one --method, --detector or both '
                         '--detector and --inpaintor')
    if by_role[INPAINTOR] and not by_role[DETECTOR]:
        raise ValueError(
            '--inpaintor needs a --detector that finds the masks, '
            f'such as --detector {TRUE_MASK}')
    if by_role[DETECTOR] == [TRUE_MASK
                             ] and not (by_role[METHOD] or by_role[INPAINTOR]):
        raise ValueError(f'--detector {TRUE_MASK} finds nothing: add an '
                         '--inpaintor that repairs the true mask')
    lines: List[str] = [
        UNRESTORED, *by_role[METHOD], *by_role[DETECTOR],
        *(pair_name(detector, inpaintor) for detector in by_role[DETECTOR]
          for inpaintor in by_role[INPAINTOR])
    ]
    for name in lines:
        if lines.count(name) > 1:
            raise ValueError(f"the name '{name}' is given twice: each line of "
                             'the tables needs a name of its own')
