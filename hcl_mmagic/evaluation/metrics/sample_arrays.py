"""Reading tensors out of the sample dicts that metrics receive."""
import numpy as np
import torch


def get_array(data: dict, key: str) -> np.ndarray:
    """Read one tensor of a sample as a float32 array.

    Args:
        data (dict): A sample, or its ``output``.
        key (str): Name of a ``torch.Tensor`` or ``np.ndarray`` in ``data``.

    Returns:
        np.ndarray: The values on the CPU, float32, same shape.

    Raises:
        KeyError: If there is no such tensor.
    """
    if key not in data:
        raise KeyError(f'The metric needs "{key}" in the predicted sample, '
                       f'which holds only {sorted(data)}.')
    # by way of float32 because numpy has no bfloat16
    return torch.as_tensor(data[key]).detach().float().cpu().numpy()
