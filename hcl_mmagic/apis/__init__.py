"""From damaged photographs to restored ones, without configs."""
from .inferencer import HCLInferencer
from .mask_editing import MaskOptions
from .photographs import Photograph, read_photograph
from .results import Detection, RestorationResult, Verdict

__all__ = [
    'Detection', 'HCLInferencer', 'MaskOptions', 'Photograph',
    'RestorationResult', 'Verdict', 'read_photograph'
]
