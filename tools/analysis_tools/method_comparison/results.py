"""What a comparison finds."""
from dataclasses import dataclass, field
from typing import Dict, Optional

from hcl_mmagic.visualization.panel import PanelRow
from .measuring import Usage


@dataclass
class Result:
    """What a method reaches on one test set.

    Args:
        scores (dict[str, float]): By key, see docs/evaluation.md.
        usage (Usage, optional): Time and memory; None where nothing runs.
        pictures (dict[int, PanelRow]): What was made of some samples.
    """
    scores: Dict[str, float]
    usage: Optional[Usage] = None
    pictures: Dict[int, PanelRow] = field(default_factory=dict)


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
