"""Loading a checkpoint's weights, all of them or none."""
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from hcl_mmagic.engine.hooks.strict_load_hook import find_mismatch
from hcl_mmagic.errors import CheckpointError


def load_weights(model: nn.Module, path: str) -> None:
    """Load the weights of a checkpoint outside of a runner.

    Args:
        model (nn.Module): Changed in place.
        path (str): File of MMEngine's layout, or of a state dict.

    Raises:
        CheckpointError: If a weight is missing, unexpected or of another
            shape; the first one is named.
    """
    checkpoint = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    weights = checkpoint.get('state_dict', checkpoint)
    mismatch = find_mismatch(model.state_dict(), weights)
    if mismatch is not None:
        raise CheckpointError(f'{path} does not fit the config: {mismatch}')
    model.load_state_dict({
        name.removeprefix('module.'): weight
        for name, weight in weights.items()
    })
