"""From settings to a report."""
from typing import Any, Dict, List, Tuple

import torch
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

from ...engine.options import load_config
from .benchmark_report import make_report
from .benchmark_settings import Settings
from .benchmark_tasks import build_task
from .machine import measure_rates
from .operation_counting import count_operations
from .peak_memory import PeakMemory
from .timing import time_repeats


def run_benchmark(settings: Settings) -> Tuple[Dict[str, Any], List[str]]:
    """Build, count, warm up and time; gives the report and what its reader has
    to know."""
    cfg = load_config(settings.config, list(settings.cfg_options))
    init_default_scope(cfg.get('default_scope', 'mmagic'))
    # Else mmengine tells how every single weight was initialised.
    MMLogger.get_current_instance().setLevel('WARNING')
    settings.prepare_torch(cfg)
    task = build_task(cfg, settings)
    counts = rates = None
    if task.model is not None:
        rates = measure_rates(settings)
    memory = PeakMemory(settings.torch_device, task.weight_bytes)
    if rates is not None:
        counts = count_operations(task.run, task.seams, rates)
    if settings.compile:
        for network in task.networks:
            network.forward = torch.compile(network.forward)
    timings = time_repeats(task.run, task.seams, settings.torch_device, memory,
                           settings.repeats, settings.warmup)
    report = make_report(settings, task.size, timings, memory.peak_bytes,
                         counts, rates)
    notes = list(task.notes)
    if (settings.dtype, settings.device) == (
            'bf16', 'cpu') and report['machine']['native_bf16'] is False:
        notes.append('this CPU has no bf16 units: fp32 is faster')
    return report, notes
