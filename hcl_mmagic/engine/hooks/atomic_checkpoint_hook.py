"""Checkpoints that survive a kill at any moment."""
import os
import os.path as osp
from collections.abc import Iterable
from typing import Any, Optional, Union

from mmagic.registry import HOOKS
from mmengine.dist import is_main_process, master_only
from mmengine.hooks import CheckpointHook
from mmengine.optim import OptimWrapperDict
from mmengine.runner import Runner

from ...atomic_writing import remove_incomplete_files
from ..fileio import ATOMIC_BACKEND, AtomicLocalBackend


class _DeferredRemoval(AtomicLocalBackend):
    """Remembers what to remove until its replacement is in place."""

    def __init__(self) -> None:
        self._outdated: list[str] = []

    def remove(self, filepath: Union[str, os.PathLike]) -> None:
        self._outdated.append(str(filepath))

    def remove_outdated(self, kept: Iterable[Optional[str]]) -> None:
        for path in set(self._outdated).difference(kept):
            if osp.isfile(path):
                os.remove(path)
        self._outdated.clear()


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """MMEngine's checkpoint hook, safe against a kill at any moment.

    Checkpoints and ``last_checkpoint`` are written through
    :class:`AtomicLocalBackend`; an old checkpoint is deleted only when the new
    one and ``last_checkpoint`` are on the disk. So resuming always finds a
    whole checkpoint. What a killed run left unfinished is removed when
    training starts. Checkpoints go to local or mounted folders.

    Args:
        by_epoch (bool): Whether ``interval`` counts epochs, not iterations.
        **kwargs: The others of :class:`mmengine.hooks.CheckpointHook`, but
            those of backends.

    Raises:
        TypeError: If it does not know an argument.
    """

    def __init__(self, *, by_epoch: bool = False, **kwargs: Any) -> None:
        super().__init__(
            by_epoch=by_epoch,
            backend_args=dict(backend=ATOMIC_BACKEND),
            **kwargs)
        if self.args:  # what MMEngine would hand on to the saving
            raise TypeError('AtomicCheckpointHook has no argument '
                            f'{", ".join(self.args)}')

    def before_train(self, runner: Runner) -> None:
        """Find the folder and remove what a killed run left unfinished."""
        super().before_train(runner)
        self.file_backend = _DeferredRemoval()
        if is_main_process():
            remove_incomplete_files(runner.work_dir)
            remove_incomplete_files(self.out_dir)
        self._warn_of_lost_gradients(runner)

    def _save_checkpoint_with_step(self, runner: Runner, step: int,
                                   meta: dict) -> None:
        """Write the checkpoint, point to it, then delete the outdated one."""
        filename = self.filename_tmpl.format(step)
        self.last_ckpt = osp.join(self.out_dir, filename)
        self._keep_newest(runner, step)
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        runner.save_checkpoint(
            self.out_dir,
            filename,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            backend_args=self.backend_args)
        if is_main_process():
            self.file_backend.put_text(
                self.last_ckpt, osp.join(runner.work_dir, 'last_checkpoint'))
        self._remove_outdated()

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        """Write the best checkpoint, then delete the one it replaces."""
        super()._save_best_checkpoint(runner, metrics)
        self._remove_outdated()

    def _keep_newest(self, runner: Runner, step: int) -> None:
        """Note that ``step`` is kept and which checkpoint it pushes out."""
        if self.max_keep_ckpts <= 0 or step in self.keep_ckpt_ids:
            return
        # The stored list still holds the outdated checkpoint: killed before
        # its deletion, the resumed run finds one too many and deletes it.
        runner.message_hub.update_info('keep_ckpt_ids',
                                       [*self.keep_ckpt_ids, step])
        if len(self.keep_ckpt_ids) == self.max_keep_ckpts:
            filename = self.filename_tmpl.format(self.keep_ckpt_ids.popleft())
            self.file_backend.remove(osp.join(self.out_dir, filename))
        self.keep_ckpt_ids.append(step)

    @master_only
    def _remove_outdated(self) -> None:
        best = [getattr(self, 'best_ckpt_path', None)]
        best += getattr(self, 'best_ckpt_path_dict', {}).values()
        self.file_backend.remove_outdated(kept=[self.last_ckpt, *best])

    def _warn_of_lost_gradients(self, runner: Runner) -> None:
        """Warn if checkpoints fall between two accumulated steps."""
        wrapper = runner.optim_wrapper
        wrappers = (
            wrapper.values()
            if isinstance(wrapper, OptimWrapperDict) else [wrapper])
        counts = max(wrapper._accumulative_counts for wrapper in wrappers)
        if not self.by_epoch and self.interval > 0 and self.interval % counts:
            runner.logger.warning(
                f'The checkpoint interval {self.interval} is not a multiple '
                f'of accumulative_counts={counts}: a resumed run will lack '
                'gradients gathered before the checkpoint and differ from an '
                'unbroken one.')
