"""Two phases of training in one run."""
from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.optim import OptimWrapperDict
from mmengine.runner import Runner

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.parts import unwrap


@HOOKS.register_module()
class PhaseSwitchHook(Hook):
    """The two phases of HCL, and of VCNet: guide the restoration by the true
    mask first, then by the detected one.

    The phase depends on the iteration alone, so a resumed run is in the right
    one and switches once.

    Args:
        switch_iteration (int): First iteration (from 0) of the second phase.
        reset_optimizer (bool): Whether the optimizers forget their state at
            the switch. The authors' implementation trains the phases in
            separate runs and so starts the second with fresh Adam states.

    Raises:
        ConfigError: When training starts, if the model has no ``mask_source``,
            or its detector is None.
    """

    def __init__(self,
                 *,
                 switch_iteration: int = 50000,
                 reset_optimizer: bool = True) -> None:
        self.switch_iteration = switch_iteration
        self.reset_optimizer = reset_optimizer

    def before_train(self, runner: Runner) -> None:
        """Check that the model has two phases of training."""
        model = unwrap(runner.model)
        # What has no detector at all, as VCNet, has it under another name.
        if getattr(model, 'mask_source', None) is None or \
                getattr(model, 'detector', model) is None:
            raise ConfigError(
                'PhaseSwitchHook expects a model with a detector and the '
                'attribute mask_source, such as HCLRestorer, but got a '
                f'{type(model).__name__} without. Remove the hook from the '
                'config.')

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: DATA_BATCH = None) -> None:
        """Choose the mask of this iteration; at the switch, clear the
        optimizers' states, if that is asked for."""
        is_second = runner.iter >= self.switch_iteration
        unwrap(runner.model).mask_source = 'predicted' if is_second else 'true'
        if runner.iter == self.switch_iteration:
            self._switch(runner)

    def _switch(self, runner: Runner) -> None:
        wrapper = runner.optim_wrapper
        wrappers = list(wrapper.values()) if isinstance(
            wrapper, OptimWrapperDict) else [wrapper]
        if self.reset_optimizer:
            for wrapper in wrappers:
                wrapper.optimizer.state.clear()
        runner.logger.info(
            f'Phase 2 begins at iteration {runner.iter}: the predicted mask '
            'guides the restoration, optimizer states '
            f'{"reset" if self.reset_optimizer else "kept"}.')
