"""Training the detector first and then, on what it finds, the restoration."""
from mmengine.hooks import EMAHook, Hook
from mmengine.hooks.hook import DATA_BATCH
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.parts import unwrap


@HOOKS.register_module()
class TaskSwitchHook(Hook):
    """Train encoder and detector first, decoder and refiner afterwards.

    HCL trains all of them at once. Where time is short, that is dear: the
    restoration of masks that are still wrong teaches little, and takes more
    than half of every iteration. From the switch on encoder and detector keep
    their weights, or the averaged ones if there is an ``EMAHook``, and the
    optimizer wrapper ``refiner`` has to train decoder and refiner.

    What an iteration trains depends on its number alone, so a resumed run is
    in the right part.

    Args:
        switch_iteration (int): First iteration (from 0) of the restoration.

    Raises:
        ConfigError: When training starts, if the model has no
            ``trained_task`` or lacks a detector or a decoder.
    """

    def __init__(self, *, switch_iteration: int) -> None:
        self.switch_iteration = switch_iteration

    def before_train(self, runner: Runner) -> None:
        """Check that the model has two tasks.

        Args:
            runner (Runner): The runner of the training.
        """
        model = unwrap(runner.model)
        parts = ('trained_task', 'detector', 'decoder')
        if any(getattr(model, part, None) is None for part in parts):
            raise ConfigError(
                'TaskSwitchHook expects a model with a detector and a decoder '
                'and the attribute trained_task, such as HCLRestorer, but got '
                f'a {type(model).__name__} without. Remove the hook from the '
                'config.')

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: DATA_BATCH = None) -> None:
        """Set the task of this iteration.

        Args:
            runner (Runner): The runner of the training.
            batch_idx (int): Number of the batch, not used.
            data_batch (dict or tuple or list, optional): The batch, not used.
        """
        model = unwrap(runner.model)
        if runner.iter < self.switch_iteration:
            model.trained_task = 'detection'
            return
        if runner.iter == self.switch_iteration:
            _take_averages(runner)
            runner.logger.info(
                f'Restoration begins at iteration {runner.iter}: encoder and '
                'detector are trained.')
        model.trained_task = 'restoration'
        # Neither statistics of batches nor losses of the detector: what it
        # finds is what it will find at test.
        model.encoder.eval()
        model.detector.eval()


def _take_averages(runner: Runner) -> None:
    """Replace the weights by their averages, if there are some."""
    for hook in runner.hooks:
        if isinstance(hook, EMAHook):
            hook.src_model.load_state_dict(hook.ema_model.module.state_dict())
