"""Photographs that arrive in a folder while it is watched."""
import os
from typing import Dict, List, Optional, Sequence, Tuple

from ..photographs.finding import Input

# When a file was last written, and how many bytes it has.
State = Tuple[int, int]


class Arrivals:
    """Which photographs have arrived whole: those that did not change from one
    look to the next. One that changes later arrives again."""

    def __init__(self) -> None:
        self._seen: Dict[str, State] = {}
        self._given: Dict[str, State] = {}

    def whole(self, inputs: Sequence[Input]) -> List[Input]:
        """Of what is there now, what was there already at the last look, has
        not changed since then and was not yet given."""
        arrived = []
        states = {item.path: _state_of(item.path) for item in inputs}
        for item in inputs:
            state = states[item.path]
            if state is None or self._seen.get(item.path) != state or \
                    self._given.get(item.path) == state:
                continue
            self._given[item.path] = state
            arrived.append(item)
        self._seen = {path: state for path, state in states.items()
                      if state is not None}  # yapf: disable
        return arrived


def _state_of(path: str) -> Optional[State]:
    """None for what is not there, or empty."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return (facts.st_mtime_ns, facts.st_size) if facts.st_size else None
