"""What training needs beyond MMEngine: hooks, a loop, safe files."""
from .cpu_amp import CPUAmpOptimWrapper
from .fileio import AtomicLocalBackend
from .hooks import (AtomicCheckpointHook, IterationSeedHook, NonFiniteLossHook,
                    PhaseSwitchHook, PlainCheckpointHook, StrictLoadHook)
from .partwise_ddp import PartwiseDistributedDataParallel
from .runner import ResumableIterBasedTrainLoop

__all__ = [
    'AtomicCheckpointHook', 'AtomicLocalBackend', 'CPUAmpOptimWrapper',
    'IterationSeedHook', 'NonFiniteLossHook',
    'PartwiseDistributedDataParallel', 'PhaseSwitchHook',
    'PlainCheckpointHook', 'ResumableIterBasedTrainLoop', 'StrictLoadHook'
]
