"""Weights of the authors' public implementation of HCL, made ours."""

from .config import DetectionSettings, model_config
from .official_weights import (Renamed, check_fit, convert_weights,
                               flatten_checkpoint)
from .sizes import OfficialSizes, read_sizes

__all__ = [
    'DetectionSettings', 'OfficialSizes', 'Renamed', 'check_fit',
    'convert_weights', 'flatten_checkpoint', 'model_config', 'read_sizes'
]
