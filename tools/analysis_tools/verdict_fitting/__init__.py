"""Fitting and testing the verdict whether a photograph is damaged at all."""
from .damage import DamageSource, read_damage_sources
from .fitting import Fit, Targets, choose_thresholds, fit_calibration
from .plotting import plot_report
from .samples import Samples, measure_photographs
from .scoring import score_features, score_samples

__all__ = [
    'DamageSource', 'Fit', 'Samples', 'Targets', 'choose_thresholds',
    'fit_calibration', 'measure_photographs', 'plot_report',
    'read_damage_sources', 'score_features', 'score_samples'
]
