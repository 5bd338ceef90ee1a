"""What a comparison finds."""
from dataclasses import dataclass
from typing import Dict, Optional

from hcl_mmagic.visualization.panel import PanelRow
from .measuring import Usage


@dataclass
class Result:
    """What a method reaches on one test set.

    Args:
        scores (dict[str, float]): By key, see docs/evaluation.md.
        pictures (dict[int, PanelRow]): What was made of some samples.
        usage (Usage, optional): Time and memory; None where nothing runs.
    """
    scores: Dict[str, float]
    pictures: Dict[int, PanelRow]
    usage: Optional[Usage]


@dataclass
class Line:
    """A line of the tables.

    Args:
        name (str): The method.
        results (dict[str, Result]): By test set.
        detector (str, optional): Name of the detector whose masks it repairs;
            None for what finds its own.
    """
    name: str
    results: Dict[str, Result]
    detector: Optional[str] = None
