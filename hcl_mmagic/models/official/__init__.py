"""Weights of the authors' public implementation of HCL, made ours."""

from .config import DetectionSettings, model_config
from .sizes import OfficialSizes, read_sizes
from .weights import Renamed, check_fit, convert_weights, flatten_checkpoint

__all__ = [
    'DetectionSettings', 'OfficialSizes', 'Renamed', 'check_fit',
    'convert_weights', 'flatten_checkpoint', 'model_config', 'read_sizes'
]
