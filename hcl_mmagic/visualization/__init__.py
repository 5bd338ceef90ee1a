"""Panels of restored photographs."""
from .hcl_visualizer import HCLVisualizer, sample_to_row
from .panel import PanelRow, make_panel, write_png
from .sample_panel_hook import SamplePanelHook
from .save_results_hook import SaveResultsHook

__all__ = [
    'HCLVisualizer', 'PanelRow', 'SamplePanelHook', 'SaveResultsHook',
    'make_panel', 'sample_to_row', 'write_png'
]
