"""What repairs what HCL, or a person, found: from its name or file."""

import os
from pathlib import Path
from typing import Optional

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.inpaintor_names import CLASSICAL_METHODS
from hcl_mmagic.toolbox import need_toolbox
from ..classical import load_classical
from ..networks import Repairer
from .lama_files import LAMA_SUFFIXES, load_lama


def load_inpaintor(name_or_file: str,
                   checkpoint: Optional[str] = None,
                   device: str = 'cpu',
                   dtype: str = 'float32') -> Repairer:
    """Load what repairs a mask.

    That is a classical method by its name, see
    :func:`~hcl_mmagic.apis.classical.load_classical`; LaMa from a TorchScript
    (.pt) or ONNX (.onnx) file, see :func:`~.lama_files.load_lama`; or else an
    inpainting model from its config, **which is run**, and its checkpoint, see
    :func:`~.configured_inpaintors.load_configured`. Device and dtype are as of
    :func:`~.loading_models.load_model`, for what runs in PyTorch; LaMa and the
    methods keep to float32. A ConfigError for a name that is unknown or needs
    what is not installed, and for a checkpoint that is not asked for;
    otherwise as those functions.
    """
    is_classical = name_or_file in CLASSICAL_METHODS
    suffix = Path(name_or_file).suffix.lower()
    if checkpoint is not None and (is_classical or suffix in LAMA_SUFFIXES):
        raise ConfigError('--inpaintor-checkpoint is for the config of an '
                          f'inpainting model: {name_or_file} needs none')
    if is_classical:
        return load_classical(name_or_file)
    if suffix in LAMA_SUFFIXES:
        return load_lama(name_or_file, device)
    if not suffix and not os.path.exists(name_or_file):
        raise ConfigError(
            f'--inpaintor: there is no {name_or_file!r}: expected one of '
            f'{", ".join(CLASSICAL_METHODS)}, a file of LaMa '
            f'({" or ".join(LAMA_SUFFIXES)}), or a config (.py)')
    need_toolbox('a config of an inpainting model')
    from .configured_inpaintors import load_configured
    return load_configured(name_or_file, checkpoint, device, dtype)
