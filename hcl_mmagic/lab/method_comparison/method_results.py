"""What a comparison finds."""
from dataclasses import dataclass
from typing import Dict, Optional

from ...visualization.panel import PanelRow
from .usage import Usage


@dataclass
class Result:
    """Scores of a method on one test set by key, see docs/evaluation.md, what
    it made of some samples, and what it took, None where nothing runs."""
    scores: Dict[str, float]
    pictures: Dict[int, PanelRow]
    usage: Optional[Usage]


@dataclass
class Line:
    """A line of the tables: a method's results by test set, and the name of
    the detector whose masks it repairs, None for what finds its own."""
    name: str
    results: Dict[str, Result]
    detector: Optional[str] = None
