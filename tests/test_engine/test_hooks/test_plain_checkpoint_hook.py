"""Tests of checkpoints for torch's safe loader."""
import pickle
from collections import Counter, OrderedDict, deque
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.hooks import CheckpointHook
from mmengine.utils import digit_version
from mmengine.utils.dl_utils import TORCH_VERSION
from torch import nn
from toy_training import build_runner

from hcl_mmagic.engine.hooks import PlainCheckpointHook, plain_checkpoint_hook
from hcl_mmagic.engine.hooks.plain_checkpoint_hook import to_plain

needs_safe_default = pytest.mark.skipif(
    digit_version(TORCH_VERSION) < digit_version('2.6'),
    reason='torch.load is safe by default from torch 2.6 on')


class Opaque:
    """An object that no checkpoint should hold."""


class Intruder:
    """Pickles into a call."""

    def __reduce__(self) -> tuple:
        return Path.touch, (Path('intruder_was_here'), )


def remove_hook(runner, hook_type: type) -> None:
    runner._hooks = [
        hook for hook in runner._hooks if not isinstance(hook, hook_type)
    ]


def test_checkpoint_of_a_runner_loads_safely(tmp_path):
    runner = build_runner(tmp_path, max_iters=3)
    runner.message_hub.update_info('best_score', np.float64(0.5))
    runner.train()
    checkpoint = torch.load(tmp_path / 'iter_3.pth', weights_only=True)
    assert {
        'meta', 'state_dict', 'message_hub', 'optimizer', 'param_schedulers'
    } == set(checkpoint)
    assert checkpoint['message_hub']['runtime_info']['best_score'] == 0.5


def test_checkpoint_without_the_hook_does_not(tmp_path):
    runner = build_runner(tmp_path, max_iters=3)
    remove_hook(runner, PlainCheckpointHook)
    runner.train()
    with pytest.raises(pickle.UnpicklingError, match='HistoryBuffer'):
        torch.load(tmp_path / 'iter_3.pth', weights_only=True)


@needs_safe_default
def test_resumed_history_equals_the_saved_one(tmp_path):
    runner = build_runner(tmp_path, max_iters=6)
    remove_hook(runner, CheckpointHook)
    runner.train()
    runner.save_checkpoint(
        str(tmp_path), 'a.pth', meta=dict(iter=6), by_epoch=False)
    resumed = build_runner(
        tmp_path, max_iters=6, resume=True, load_from=str(tmp_path / 'a.pth'))
    resumed.train()
    saved, loaded = runner.message_hub, resumed.message_hub
    assert len(saved.get_scalar('train/loss').data[0]) == 6
    assert list(loaded.log_scalars) == list(saved.log_scalars)
    for name, buffer in saved.log_scalars.items():
        restored = loaded.get_scalar(name)
        assert restored.max_length == buffer.max_length
        for stored, original in zip(restored.data, buffer.data):
            assert stored.dtype == original.dtype
            np.testing.assert_array_equal(stored, original)


@needs_safe_default
def test_runner_runs_no_code_from_a_checkpoint(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(dict(state_dict=Intruder()), tmp_path / 'a.pth')
    with pytest.raises(pickle.UnpicklingError):
        build_runner(tmp_path / 'b').load_checkpoint(str(tmp_path / 'a.pth'))
    assert not Path('intruder_was_here').exists()


def test_unknown_run_information_is_left_out(tmp_path):
    runner = build_runner(tmp_path, max_iters=3)
    runner.message_hub.update_info('odd', Opaque())
    runner.train()
    checkpoint = torch.load(tmp_path / 'iter_3.pth', weights_only=True)
    information = checkpoint['message_hub']['runtime_info']
    assert 'odd' not in information and 'iter' in information


@pytest.mark.parametrize('value, expected', [
    (np.float32(0.5), 0.5),
    (np.arange(3), [0, 1, 2]),
    (np.array(['a', 'b']), ['a', 'b']),
    (deque([np.int64(1), True]), [1, True]),
    (OrderedDict(a=(1, np.float64(2))), dict(a=(1, 2.))),
    (Counter('aab'), dict(a=2, b=1)),
    (Path('a') / 'b', 'a/b'),
    ({np.int64(1), None}, {1, None}),
])
def test_values_become_plain(value, expected):
    plain = to_plain(value)
    assert plain == expected
    assert type(plain) is type(expected)


def test_tensors_stay_as_they_are():
    tensor = torch.ones(2)
    assert to_plain([tensor])[0] is tensor


def test_unknown_objects_are_left_out_of_the_dict_around_them():
    value = dict(a=1, b=dict(c=[Opaque()], d=2))
    assert to_plain(value) == dict(a=1, b=dict(d=2))


def test_an_unknown_object_in_no_dict_is_refused():
    with pytest.raises(TypeError, match='of type Opaque'):
        to_plain([Opaque()])


def test_weights_of_wrapped_parts_get_the_names_of_the_bare_model(monkeypatch):
    monkeypatch.setattr(plain_checkpoint_hook, 'is_model_wrapper',
                        lambda part: isinstance(part, nn.DataParallel))
    model = nn.DataParallel(
        nn.Sequential(nn.DataParallel(nn.Linear(2, 2)), nn.Linear(2, 2)))
    weights = model.module.state_dict()
    weights['0.module.bias'] = 'the average'
    hub = dict(log_scalars={}, runtime_info={}, resumed_keys={})
    checkpoint = dict(state_dict=weights, message_hub=hub)
    PlainCheckpointHook().before_save_checkpoint(
        SimpleNamespace(model=model), checkpoint)
    assert set(weights) == {'0.weight', '0.bias', '1.weight', '1.bias'}
    assert weights['0.bias'] == 'the average'


def test_foreign_checkpoint_is_left_as_it_is():
    checkpoint = dict(weight=torch.ones(2))
    PlainCheckpointHook().after_load_checkpoint(None, checkpoint)
    assert list(checkpoint) == ['weight']
