"""What a checkpoint file of any of the known layouts holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from torch import Tensor

from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.models import official
from hcl_mmagic.weights import read_checkpoint
from .building import LARGEST_NUMBER, inference_config, inference_weights
from .config_text import read_config_text
from .scale import Scale, read_scale


@dataclass(frozen=True)
class CheckpointContents:
    """What inference needs of a checkpoint."""
    name: str  # of the model
    config: Dict[str, Any]  # of the model, without what training needs
    weights: Dict[str, Tensor]  # of its networks, float32
    scale: Scale  # of its training photographs
    calibration: Optional[Dict[str, Any]]  # plain values of the verdict


def read_contents(path: Path) -> CheckpointContents:
    """Read a published, a training or an official checkpoint; a
    CheckpointError if it cannot be read, holds code, or is of none of these
    layouts."""
    checkpoint = read_checkpoint(str(path))
    if not isinstance(checkpoint, Mapping):
        raise CheckpointError(f'{path} holds no weights by name, but '
                              f'{type(checkpoint).__name__}')
    try:
        if 'inpaintnet' in checkpoint:
            return _read_official(checkpoint, path.stem)
        meta = checkpoint.get('meta') or {}
        if 'model' in meta:
            return _read_published(meta, checkpoint['state_dict'])
        if isinstance(meta.get('cfg'), str):
            return _read_training(meta, checkpoint['state_dict'], path.stem)
    except CheckpointError as error:
        raise CheckpointError(f'{path}: {error}') from error
    # Values of any kind may stand anywhere in the file.
    except Exception as error:
        raise CheckpointError(
            f'{path} is damaged: {error or type(error).__name__}') from error
    raise CheckpointError(
        f'{path} does not say which model its weights belong to: expected a '
        'checkpoint of a training, a published one, or an official one of HCL')


def _read_training(meta: Mapping[str, Any], weights: Mapping[str, Any],
                   stem: str) -> CheckpointContents:
    """Where weights were averaged, MMEngine's EMAHook has put the averages
    into ``state_dict``."""
    cfg = read_config_text(meta['cfg'])
    return CheckpointContents(
        name=str(meta.get('experiment_name') or stem),
        config=inference_config(cfg.get('model') or {}),
        weights=inference_weights(weights),
        scale=read_scale(cfg),
        calibration=None)


def _read_published(meta: Mapping[str, Any],
                    weights: Mapping[str, Any]) -> CheckpointContents:
    for key, kind in (('name', str), ('short_side', int), ('crop_size', int),
                      ('calibration', (dict, type(None)))):
        if not isinstance(meta[key], kind):
            raise CheckpointError(f'its {key} is {meta[key]!r}')
    scale = Scale(meta['short_side'], meta['crop_size'])
    if not (0 < scale.crop_size <= LARGEST_NUMBER
            and 0 < scale.short_side <= LARGEST_NUMBER):
        raise CheckpointError(f'it was trained at an impossible {scale}')
    return CheckpointContents(
        name=meta['name'],
        config=inference_config(meta['model']),
        weights=inference_weights(weights),
        scale=scale,
        calibration=meta['calibration'])


def _read_official(checkpoint: Mapping[str, Any],
                   stem: str) -> CheckpointContents:
    """With the settings of the official recipes, whose photographs had 512
    px where the networks start with strided convolutions, else 256."""
    flat = official.flatten_checkpoint(checkpoint)
    sizes = official.read_sizes(flat)
    base = dict(type='HCLRestorer', detector=dict(losses=None))
    config = official.model_config(sizes, official.DetectionSettings(), base)
    side = 512 if sizes.num_conv_stages else 256
    return CheckpointContents(
        name=stem,
        config=inference_config(config),
        weights=inference_weights(official.convert_weights(flat).state_dict),
        scale=Scale(side, side),
        calibration=None)
