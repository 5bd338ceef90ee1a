"""Checkpoints that torch's safe loader accepts."""
import logging
from collections import OrderedDict, deque
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np
import torch
from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.logging import HistoryBuffer, print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmengine.runner.checkpoint import get_state_dict, weights_to_cpu

_BUFFER_KEYS = {'log_history', 'count_history', 'max_length'}
# bool before int, its base class
_SCALARS: tuple[Any, ...] = (bool, int, float, complex, str, bytes)


@HOOKS.register_module()
class PlainCheckpointHook(Hook):
    """Keep everything but tensors and plain Python values out of checkpoints.

    ``torch.load(weights_only=True)``, the default of torch >= 2.6, runs no
    code from the file and so refuses MMEngine's ``HistoryBuffer``, numpy
    numbers and other objects. This hook writes the message hub's history
    buffers as dicts of tensors and turns them back after loading; it turns
    other containers, numbers and paths into plain ones for good.
    """

    # after every hook that adds something to the checkpoint
    priority = 'LOWEST'

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Replace what the safe loader refuses, in place.

        Weights, that is entries whose name ends with 'state_dict', keep their
        values; a distributed model's get the names of the bare model, which
        MMEngine forgets for parts that were wrapped one by one. An unknown
        object in the message hub's run information, where any hook or metric
        may put one, is left out with a warning.

        Args:
            runner (Runner): The runner that saves the checkpoint.
            checkpoint (dict): The checkpoint about to be saved.

        Raises:
            TypeError: If an unknown object stands anywhere else.
        """
        if is_model_wrapper(runner.model):
            checkpoint['state_dict'] = weights_to_cpu(
                get_state_dict(runner.model))
        message_hub = checkpoint['message_hub']
        message_hub['log_scalars'] = OrderedDict(
            (name, _buffer_to_dict(buffer))
            for name, buffer in message_hub['log_scalars'].items())
        _drop_unknown(message_hub['runtime_info'])
        for key in checkpoint:
            if not key.endswith('state_dict'):
                checkpoint[key] = to_plain(checkpoint[key])

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Turn the stored histories back into buffers, in place.

        Args:
            runner (Runner): The runner that loads the checkpoint.
            checkpoint (dict): The loaded checkpoint; one without a message
                hub, or written without this hook, is left as it is.
        """
        log_scalars = checkpoint.get('message_hub', {}).get('log_scalars', {})
        for name, stored in log_scalars.items():
            if isinstance(stored, dict) and set(stored) == _BUFFER_KEYS:
                log_scalars[name] = _dict_to_buffer(stored)


def to_plain(value: Any) -> Any:
    """Rebuild a value from plain Python types and tensors.

    Args:
        value (Any): Nested mappings, lists, deques, tuples and sets of
            tensors, numbers, strings, paths and numpy arrays.

    Returns:
        Any: The same with dicts for mappings, lists for deques and arrays,
        Python numbers for numpy's, strings for paths, and the built-in type
        for any subclass of it.

    Raises:
        TypeError: If the value holds any other object.
    """
    if value is None or isinstance(value, torch.Tensor):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return to_plain(value.tolist())
    if isinstance(value, Mapping):
        return {to_plain(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, deque)):
        return [to_plain(item) for item in value]
    if isinstance(value, (tuple, set)):
        container = tuple if isinstance(value, tuple) else set
        return container(to_plain(item) for item in value)
    for kind in _SCALARS:
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(
        f'cannot store {value!r} of type {type(value).__name__} in a '
        'checkpoint: expected tensors, numbers, strings and containers of '
        'these')


def _drop_unknown(runtime_info: dict) -> None:
    for name in list(runtime_info):
        try:
            to_plain(runtime_info[name])
        except TypeError as error:
            print_log(
                f'{name} of the message hub is left out: {error}.',
                logger='current',
                level=logging.WARNING)
            del runtime_info[name]


def _buffer_to_dict(buffer: HistoryBuffer) -> dict:
    values, counts = buffer.data
    return dict(
        log_history=torch.from_numpy(values),
        count_history=torch.from_numpy(counts),
        max_length=buffer.max_length)


def _dict_to_buffer(stored: dict) -> HistoryBuffer:
    return HistoryBuffer(stored['log_history'].cpu().numpy(),
                         stored['count_history'].cpu().numpy(),
                         stored['max_length'])
