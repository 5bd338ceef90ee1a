"""Hooks."""
from .atomic_checkpoint_hook import AtomicCheckpointHook
from .iteration_seed_hook import IterationSeedHook
from .non_finite_loss_hook import NonFiniteLossHook
from .phase_switch_hook import PhaseSwitchHook
from .plain_checkpoint_hook import PlainCheckpointHook
from .processor_time_hook import ProcessorTimeHook
from .strict_load_hook import StrictLoadHook

__all__ = [
    'AtomicCheckpointHook', 'IterationSeedHook', 'NonFiniteLossHook',
    'PhaseSwitchHook', 'PlainCheckpointHook', 'ProcessorTimeHook',
    'StrictLoadHook'
]
