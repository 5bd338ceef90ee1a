"""The two training phases of HCL, and of VCNet, in one run."""
from typing import Union

from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.optim import OptimWrapper, OptimWrapperDict
from mmengine.runner import Runner

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.parts import unwrap


@HOOKS.register_module()
class PhaseSwitchHook(Hook):
    """Guide the restoration by the true mask first, then by the detected one.

    Sets the model's ``mask_source`` before every training iteration: 'true'
    before ``switch_iteration``, 'predicted' from it on. Both the phase and the
    switch depend on the iteration alone, so a resumed run is in the right
    phase and switches once.

    Args:
        switch_iteration (int): First iteration (from 0) of the second phase.
        reset_optimizer (bool): Whether the optimizers forget their state at
            the switch. The authors' implementation trains the phases in
            separate runs and so starts the second with fresh Adam states.

    Raises:
        ConfigError: When training starts, if the model has no
            ``mask_source`` or no detector.
    """

    def __init__(self,
                 *,
                 switch_iteration: int = 50000,
                 reset_optimizer: bool = True) -> None:
        self.switch_iteration = switch_iteration
        self.reset_optimizer = reset_optimizer

    def before_train(self, runner: Runner) -> None:
        """Check that the model has two phases.

        Args:
            runner (Runner): The runner of the training.
        """
        model = unwrap(runner.model)
        if not hasattr(model, 'mask_source') or getattr(
                model, 'detector', model) is None:
            raise ConfigError(
                'PhaseSwitchHook expects a model with a detector and the '
                'attribute mask_source, such as HCLRestorer, but got a '
                f'{type(model).__name__} without. Remove the hook from the '
                'config.')

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: DATA_BATCH = None) -> None:
        """Set the phase of this iteration.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Number of the batch, not used.
            data_batch (dict or tuple or list, optional): The batch, not used.
        """
        first_phase = runner.iter < self.switch_iteration
        unwrap(
            runner.model).mask_source = 'true' if first_phase else 'predicted'
        if runner.iter == self.switch_iteration:
            if self.reset_optimizer:
                _clear_optimizers(runner.optim_wrapper)
            runner.logger.info(
                f'Phase 2 begins at iteration {runner.iter}: the predicted '
                'mask guides the restoration, optimizer states '
                f'{"reset" if self.reset_optimizer else "kept"}.')


def _clear_optimizers(
        optim_wrapper: Union[OptimWrapper, OptimWrapperDict]) -> None:
    if isinstance(optim_wrapper, OptimWrapperDict):
        wrappers = list(optim_wrapper.values())
    else:
        wrappers = [optim_wrapper]
    for wrapper in wrappers:
        wrapper.optimizer.state.clear()
