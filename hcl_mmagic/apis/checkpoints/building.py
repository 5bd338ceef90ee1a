"""From the config of a checkpoint to the networks that inference needs."""

from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Union

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from hcl_mmagic import models
from hcl_mmagic.errors import CheckpointError
from hcl_mmagic.models import BlindInpaintor, HCLRestorer, MultiScaleDetector
from hcl_mmagic.models.damage_model import DamageModel
from hcl_mmagic.weights import find_mismatch, with_present_names

# What only training needs, beside everything whose name starts with 'loss_';
# and 'smooth', which decided nothing in the first MultiScaleDetector.
TRAINING_PARTS = ('contrast', 'data_preprocessor', 'discriminator', 'init_cfg',
                  'losses', 'mask_source', 'train_detector',
                  'detector_checkpoint', 'inpaintor_checkpoint', 'smooth')
# Pixels of [0, 255] become those of [-1, 1] that the networks take.
PIXEL_MEAN = PIXEL_STD = 127.5
# Arguments of a detector's split.
CLUSTER_KEYS = ('sure_fractions', 'num_iterations', 'num_restarts',
                'temperature', 'finer_centres')
# Larger numbers in a config would only keep the machine busy.
LARGEST_NUMBER = 10_000


def inference_config(model: Mapping[str, Any]) -> Dict[str, Any]:
    """What inference needs of the config of an ``HCLRestorer``, or of a
    ``BlindInpaintor`` with a ``MultiScaleDetector``: no losses, discriminator,
    initialisation, data preprocessor. A CheckpointError if it is of another
    model, or of one whose pixels are not of [-1, 1]."""
    kind = model.get('type', 'nothing')
    detector = (model.get('detector') or {}).get('type')
    if kind != HCLRestorer.__name__ and (kind, detector) != (
            BlindInpaintor.__name__, MultiScaleDetector.__name__):
        raise CheckpointError(
            f'expected the config of an {HCLRestorer.__name__}, or of a '
            f'{BlindInpaintor.__name__} with a {MultiScaleDetector.__name__}, '
            f'got that of {kind!r}')
    preprocessor = model.get('data_preprocessor') or {}
    for key, expected in (('mean', PIXEL_MEAN), ('std', PIXEL_STD)):
        values = preprocessor.get(key, expected)
        values = values if isinstance(values, (list, tuple)) else [values]
        if any(value != expected for value in values):
            raise CheckpointError(
                f'the model was trained on pixels with the {key} {values}, '
                f'expected {expected}')
    return without_training_parts(_with_present_parts(model))


def _with_present_parts(model: Mapping[str, Any]) -> Dict[str, Any]:
    """In the terms of this version: until 0.1 the detector's head had the
    arguments of its split."""
    model = dict(model)
    model.pop('repair_context', None)
    detector = dict(model.get('detector') or {})
    if detector.get('type') == 'ContrastiveDetectorHead' and \
            'split' not in detector:
        split = {
            key: detector.pop(key)
            for key in CLUSTER_KEYS if key in detector
        }
        split.update(
            type='TwoMeansSplit', naming=detector.pop('orientation', None))
        model['detector'] = dict(detector, split=split)
    return model


def without_training_parts(
        config: Mapping[str, Any],
        training_parts: Sequence[str] = TRAINING_PARTS) -> Dict[str, Any]:
    """A config of a model, at any depth, without these keys and those that
    start with 'loss_'."""
    return {
        key:
        without_training_parts(value, training_parts) if isinstance(
            value, Mapping) else value
        for key, value in config.items()
        if not _is_of_training(key, training_parts)
    }


def inference_weights(weights: Mapping[str, Any]) -> Dict[str, Tensor]:
    """What inference needs of the weights of a training run: those of the
    networks, in float32, without a leading 'module.'. A CheckpointError if an
    entry is no tensor or holds values that are not numbers."""
    kept: Dict[str, Tensor] = {}
    for name, weight in weights.items():
        name = str(name).removeprefix('module.')
        if any(map(_is_of_training, name.split('.'))):
            continue
        if not isinstance(weight, Tensor):
            raise CheckpointError(f'the weight {name} is no tensor, but '
                                  f'{type(weight).__name__}')
        if weight.is_floating_point():
            weight = weight.float()
            if not weight.isfinite().all():
                raise CheckpointError(f'the weight {name} holds values that '
                                      'are NaN or infinite')
        kept[name] = weight
    return with_present_names(kept)


def build_model(
        config: Mapping[str, Any],
        weights: Mapping[str, Tensor]) -> Union[HCLRestorer, BlindInpaintor]:
    """Build the networks on the CPU and give them their weights.

    MMagic's own models are not imported: the registry would do so to look up a
    name, and take seconds. A CheckpointError if the config is not of a model
    of this package, or the weights are not exactly those of that model.
    """
    try:
        arguments = _with_classes(config)
        with _Construction(weights):
            model = arguments.pop('type')(**arguments)
        mismatch = find_mismatch(model.state_dict(), weights)
        if mismatch is None:
            model.load_state_dict(weights)
            return model.eval().requires_grad_(False)
    # The values come from a file, so a constructor may stumble over anything.
    except Exception as error:
        raise CheckpointError(
            f'the model of the checkpoint cannot be built: {error}') from error
    raise CheckpointError(f'the weights do not fit the config: {mismatch}')


class _Construction(TorchFunctionMode):
    """Constructs networks whose weights are there already.

    Parameters are not initialised: that takes time and changes the state of
    the caller's random numbers. A config that asks for many more of them than
    there are weights stops before it fills the memory.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        # Twice, as some of what is made may be no weight.
        self.num_left = 2 * sum(weight.numel() for weight in weights.values())

    def __torch_function__(self,
                           func: Callable,
                           types: Any,
                           args: Sequence[Any] = (),
                           kwargs: Optional[Dict[str, Any]] = None) -> Any:
        kwargs = kwargs or {}
        first = args[0] if args else kwargs.get('tensor')
        name = func.__name__
        in_place = name.endswith('_') and not name.endswith('__')
        if in_place and isinstance(first, nn.Parameter):
            return first
        result = func(*args, **kwargs)
        if (func in (torch.empty, torch.ones, torch.zeros)
                and not result.is_meta):
            self.num_left -= result.numel()
            if self.num_left < 0:
                raise CheckpointError('its config describes much larger '
                                      'networks than its weights are of')
        return result


def _is_of_training(name: str,
                    training_parts: Sequence[str] = TRAINING_PARTS) -> bool:
    return name in training_parts or name.startswith('loss_')


def _with_classes(value: Any) -> Any:
    """The config with classes of this package instead of their names."""
    if isinstance(value, Mapping):
        config = {
            key: _class_of(item) if key == 'type' else _with_classes(item)
            for key, item in value.items()
        }
        if issubclass(config.get('type', object), DamageModel):
            # The name of a preprocessor would be looked up.
            config['data_preprocessor'] = BaseDataPreprocessor()
        return config
    if isinstance(value, (list, tuple)):
        return [_with_classes(item) for item in value]
    if isinstance(value, (int, float)) and abs(value) > LARGEST_NUMBER:
        raise CheckpointError(f'the config of the model has the number '
                              f'{value}, expected at most {LARGEST_NUMBER}')
    return value


def _class_of(name: Any) -> type:
    """Only what this package exports: other classes may do anything."""
    found = getattr(models, name, None) if name in models.__all__ else None
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise CheckpointError(
            f'the checkpoint needs the network {name!r}, which hcl_mmagic '
            'does not have')
    return found
