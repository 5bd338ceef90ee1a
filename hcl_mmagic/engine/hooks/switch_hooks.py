"""Training one thing first and then, in the same run, another."""
from typing import Tuple

from mmagic.registry import HOOKS
from mmengine.hooks import EMAHook, Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.optim import OptimWrapperDict
from mmengine.runner import Runner

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.parts import unwrap


class SwitchHook(Hook):
    """Base of hooks that set an attribute of the model before every training
    iteration, to one value before the switch and to another from it on.

    Both the value and the switch depend on the iteration alone, so a resumed
    run is in the right part and switches once.

    Args:
        switch_iteration (int): First iteration (from 0) of the second part.

    Raises:
        ConfigError: When training starts, if the model lacks the attribute, or
            one of the ``networks`` is None.
    """

    attribute: str
    values: Tuple[str, str]
    networks: Tuple[str, ...]

    def __init__(self, *, switch_iteration: int) -> None:
        self.switch_iteration = switch_iteration

    def before_train(self, runner: Runner) -> None:
        """Check that the model has two parts of training."""
        model = unwrap(runner.model)
        # What has no such name at all, as in VCNet, is there under another.
        if getattr(model, self.attribute, None) is None or any(
                getattr(model, name, model) is None for name in self.networks):
            networks = ' and '.join(f'a {name}' for name in self.networks)
            raise ConfigError(
                f'{type(self).__name__} expects a model with {networks} and '
                f'the attribute {self.attribute}, such as HCLRestorer, but '
                f'got a {type(model).__name__} without. Remove the hook from '
                'the config.')

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: DATA_BATCH = None) -> None:
        """Set the attribute for this iteration."""
        is_second = runner.iter >= self.switch_iteration
        setattr(unwrap(runner.model), self.attribute, self.values[is_second])
        if runner.iter == self.switch_iteration:
            self.switch(runner)

    def switch(self, runner: Runner) -> None:
        """What happens once, before the first iteration of the second part."""


@HOOKS.register_module()
class PhaseSwitchHook(SwitchHook):
    """The two phases of HCL, and of VCNet: guide the restoration by the true
    mask first, then by the detected one.

    Args:
        switch_iteration (int): First iteration (from 0) of the second phase.
        reset_optimizer (bool): Whether the optimizers forget their state at
            the switch. The authors' implementation trains the phases in
            separate runs and so starts the second with fresh Adam states.
    """

    attribute = 'mask_source'
    values = ('true', 'predicted')
    networks = ('detector', )

    def __init__(self,
                 *,
                 switch_iteration: int = 50000,
                 reset_optimizer: bool = True) -> None:
        super().__init__(switch_iteration=switch_iteration)
        self.reset_optimizer = reset_optimizer

    def switch(self, runner: Runner) -> None:
        """Clear the optimizers' states, if that is asked for."""
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


@HOOKS.register_module()
class TaskSwitchHook(SwitchHook):
    """Train encoder and detector first, decoder and refiner afterwards.

    HCL trains all of them at once. Where time is short, that is dear: the
    restoration of masks that are still wrong teaches little, and takes more
    than half of every iteration. From the switch on encoder and detector keep
    their weights, or the averaged ones if there is an ``EMAHook``, and the
    optimizer wrapper ``refiner`` has to train decoder and refiner.

    Args:
        switch_iteration (int): First iteration (from 0) of the restoration.
    """

    attribute = 'trained_task'
    values = ('detection', 'restoration')
    networks = ('detector', 'decoder')

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: DATA_BATCH = None) -> None:
        """Set the task of this iteration."""
        super().before_train_iter(runner, batch_idx, data_batch)
        if runner.iter >= self.switch_iteration:
            # Neither statistics of batches nor losses of the detector: what
            # it finds is what it will find at test.
            for name in ('encoder', 'detector'):
                unwrap(runner.model).get_submodule(name).eval()

    def switch(self, runner: Runner) -> None:
        """Replace the weights by their averages, if there are some."""
        for hook in runner.hooks:
            if isinstance(hook, EMAHook):
                hook.src_model.load_state_dict(
                    hook.ema_model.module.state_dict())
        runner.logger.info(
            f'Restoration begins at iteration {runner.iter}: encoder and '
            'detector are trained.')
