"""Refuse a checkpoint of another model instead of loading parts of it."""
from mmagic.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmengine.runner.checkpoint import get_state_dict

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.parts import unwrap
from hcl_mmagic.weights import find_mismatch, with_present_names


@HOOKS.register_module()
class StrictLoadHook(Hook):
    """Stop when a checkpoint does not fit the model exactly.

    MMEngine only warns about missing, unexpected and misshapen weights and
    goes on with whatever fits.
    """

    # after hooks that rearrange the checkpoint, such as those that swap in
    # averaged weights
    priority = 'LOWEST'

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Compare the checkpoint with the model, before any weight is set.

        A CheckpointError names the first key, in the model's order, that is
        missing, unexpected or of another shape.
        """
        model = unwrap(runner.model)
        weights = checkpoint.get('state_dict', checkpoint)
        mismatch = find_mismatch(
            get_state_dict(model), with_present_names(weights))
        if mismatch is not None:
            raise CheckpointError(
                f'The checkpoint does not fit {type(model).__name__}: '
                f'{mismatch}. Use the config that the checkpoint was trained '
                'with.')
