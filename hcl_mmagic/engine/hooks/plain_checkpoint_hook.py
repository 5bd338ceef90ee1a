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
from torch import nn

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

    Every runner has it, whatever its config says:
    :func:`hcl_mmagic.compat.repair_checkpoints`.
    """

    # after every hook that adds something to the checkpoint
    priority = 'LOWEST'

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Replace what the safe loader refuses, in place.

        Weights, that is entries whose name ends with 'state_dict', keep their
        values; those of a distributed model get the names of the bare model,
        which MMEngine forgets for parts that are wrapped one by one. An
        unknown object is left out with a warning, and so is the entry of a
        dict that holds it in a list.
        """
        if is_model_wrapper(runner.model):
            _strip_wrappers(checkpoint['state_dict'], runner.model.module)
        message_hub = checkpoint['message_hub']
        message_hub['log_scalars'] = OrderedDict(
            (name, _buffer_to_dict(buffer))
            for name, buffer in message_hub['log_scalars'].items())
        others = {
            key: checkpoint.pop(key)
            for key in list(checkpoint) if not key.endswith('state_dict')
        }
        checkpoint.update(to_plain(others))

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Turn the stored histories back into buffers, in place; a checkpoint
        written without this hook is left as it is."""
        log_scalars = checkpoint.get('message_hub', {}).get('log_scalars', {})
        for name, stored in log_scalars.items():
            if isinstance(stored, dict) and set(stored) == _BUFFER_KEYS:
                log_scalars[name] = _dict_to_buffer(stored)


def to_plain(value: Any) -> Any:
    """Rebuild a value from plain Python types and tensors.

    Nested mappings become dicts, deques and arrays lists, numpy's numbers
    Python's, paths strings, and a subclass its built-in type. Entries of
    mappings that hold any other object are left out with a warning; outside of
    a mapping it is a TypeError.
    """
    if value is None or isinstance(value, torch.Tensor):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return to_plain(value.tolist())
    if isinstance(value, Mapping):
        return _plain_dict(value)
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


def _plain_dict(mapping: Mapping) -> dict:
    plain = {}
    for name, item in mapping.items():
        try:
            plain[to_plain(name)] = to_plain(item)
        except TypeError as error:
            print_log(
                f'{name} is left out of the checkpoint: {error}.',
                logger='current',
                level=logging.WARNING)
    return plain


def _strip_wrappers(weights: dict, model: nn.Module) -> None:
    """Rename the weights of parts that are wrapped, in place."""
    for part_name, part in model.named_modules():
        wrapped = f'{part_name}.module.'
        if is_model_wrapper(part):
            for name in [key for key in weights if key.startswith(wrapped)]:
                weights[f'{part_name}.{name[len(wrapped):]}'] = weights.pop(
                    name)


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
