"""What ``tools/analysis_tools/benchmark.py`` is made of."""
from .report import print_report, write_json
from .run import run_benchmark
from .settings import Settings

__all__ = ['Settings', 'print_report', 'run_benchmark', 'write_json']
