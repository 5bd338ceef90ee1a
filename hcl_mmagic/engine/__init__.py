"""What training needs beyond MMEngine: hooks, a loop, safe files."""
from .fileio import AtomicLocalBackend
from .hooks import (AtomicCheckpointHook, IterationSeedHook, NonFiniteLossHook,
                    PhaseSwitchHook, PlainCheckpointHook, StrictLoadHook)
from .runner import ResumableIterBasedTrainLoop

__all__ = [
    'AtomicCheckpointHook', 'AtomicLocalBackend', 'IterationSeedHook',
    'NonFiniteLossHook', 'PhaseSwitchHook', 'PlainCheckpointHook',
    'ResumableIterBasedTrainLoop', 'StrictLoadHook'
]
