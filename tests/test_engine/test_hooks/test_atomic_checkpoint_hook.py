"""Tests of writing, keeping and deleting checkpoints."""
import os
from pathlib import Path

import pytest
import torch
from mmagic.registry import HOOKS
from toy_training import build_runner

from hcl_mmagic.engine.hooks.atomic_checkpoint_hook import AtomicCheckpointHook


def names(folder: Path) -> set:
    return {path.name for path in folder.glob('*.pth*')}


def find_hook(runner) -> AtomicCheckpointHook:
    return next(
        hook for hook in runner.hooks
        if isinstance(hook, AtomicCheckpointHook))


@pytest.fixture
def file_events(monkeypatch) -> list:
    """Names of files as they appear (+) and disappear (-)."""
    events, replace, remove = [], os.replace, os.remove

    def recording_replace(source, target) -> None:
        replace(source, target)
        events.append('+' + Path(target).name)

    def recording_remove(path) -> None:
        remove(path)
        events.append('-' + Path(path).name)

    monkeypatch.setattr(os, 'replace', recording_replace)
    monkeypatch.setattr(os, 'remove', recording_remove)
    return events


def test_newest_checkpoints_are_kept(tmp_path):
    build_runner(tmp_path).train()
    assert names(tmp_path) == {'iter_9.pth', 'iter_12.pth'}
    last = (tmp_path / 'last_checkpoint').read_text()
    assert last == str(tmp_path / 'iter_12.pth')


def test_all_checkpoints_are_kept_by_default(tmp_path):
    options = dict(interval=6, max_keep_ckpts=-1)
    build_runner(tmp_path, checkpoint=options).train()
    assert names(tmp_path) == {'iter_6.pth', 'iter_12.pth'}


def test_old_checkpoint_goes_after_the_new_one_is_pointed_to(
        tmp_path, file_events):
    build_runner(
        tmp_path, max_iters=6, checkpoint=dict(max_keep_ckpts=1)).train()
    assert file_events == [
        '+iter_3.pth', '+last_checkpoint', '+iter_6.pth', '+last_checkpoint',
        '-iter_3.pth'
    ]


def test_old_best_checkpoint_goes_after_the_new_one_is_pointed_to(
        tmp_path, file_events):
    options = dict(save_best='PSNR', rule='greater')
    runner = build_runner(tmp_path, max_iters=3, checkpoint=options)
    runner.train()
    hook = find_hook(runner)
    hook.after_val_epoch(runner, dict(PSNR=20.))
    runner.train_loop._iter = 4
    file_events.clear()
    hook.after_val_epoch(runner, dict(PSNR=21.))
    hook.after_val_epoch(runner, dict(PSNR=19.))
    assert file_events == [
        '+best_PSNR_iter_4.pth', '+iter_4.pth', '+last_checkpoint',
        '-best_PSNR_iter_3.pth'
    ]


def test_best_checkpoint_at_the_same_iteration_is_kept(tmp_path):
    options = dict(save_best='PSNR', rule='greater')
    runner = build_runner(tmp_path, max_iters=3, checkpoint=options)
    runner.train()
    for psnr in (20., 21.):
        find_hook(runner).after_val_epoch(runner, dict(PSNR=psnr))
    assert names(tmp_path) == {'best_PSNR_iter_3.pth', 'iter_3.pth'}


def test_leftovers_of_a_killed_run_are_removed(tmp_path):
    (tmp_path / '.hcl-0123456789abcdef.incomplete').touch()
    build_runner(tmp_path, max_iters=1).train()
    assert not list(tmp_path.glob('*.incomplete'))


def test_separate_folder_for_checkpoints(tmp_path):
    options = dict(out_dir=str(tmp_path / 'weights'))
    build_runner(tmp_path / 'run', max_iters=3, checkpoint=options).train()
    path = tmp_path / 'weights' / 'run' / 'iter_3.pth'
    assert (tmp_path / 'run' / 'last_checkpoint').read_text() == str(path)
    assert torch.load(path, weights_only=True)['meta']['iter'] == 3


@pytest.mark.parametrize('interval, warned', [(4, False), (3, True)])
def test_checkpoint_inside_an_accumulated_step_is_warned_of(
        tmp_path, caplog, interval, warned):
    runner = build_runner(
        tmp_path, max_iters=1, checkpoint=dict(interval=interval))
    runner.optim_wrapper['accumulative_counts'] = 2
    lines = []
    runner.logger.warning = lines.append
    runner.train()
    assert any('accumulative_counts=2' in line for line in lines) == warned


def test_unknown_argument_names_class_and_argument():
    with pytest.raises(TypeError, match='AtomicCheckpointHook.*intervall'):
        HOOKS.build(dict(type='AtomicCheckpointHook', intervall=3))
