"""From damaged photographs to restored ones, without configs."""
from ..photographs.photograph import Photograph
from ..photographs.reading import read_photograph
from .inferencer import HCLInferencer
from .mask_editing import MaskOptions
from .results import Detection, RestorationResult, Verdict

__all__ = [
    'Detection', 'HCLInferencer', 'MaskOptions', 'Photograph',
    'RestorationResult', 'Verdict', 'read_photograph'
]
