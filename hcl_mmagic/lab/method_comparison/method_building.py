"""From what the command line names to models that are ready to run."""
import gc
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Tuple

import torch
from mmagic.registry import MODELS
from mmengine.config import Config
from mmengine.model import BaseModel
from torch import nn

from ...apis.checkpoints import load_inpaintor
from ...engine.options import drop_part_checkpoints
from ...errors import ConfigError
from ...models import GivenMaskDetector, HCLRestorer
from ...weights import is_for_training, load_part_weights, load_weights
from .method_sources import UNRESTORED, Source, pair_name
from .method_weights import checkpoint_paths, is_lama, read_config
from .stand_ins import KnownConfidence, ToldRepairer, ToldRestorer, Unrestored

# From [0, 255] to [-1, 1].
PREPROCESSOR = dict(type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3)
# What an HCLRestorer has beside encoder and detector.
RESTORATION_PARTS = ('decoder', 'refiner', 'discriminator', 'loss_coarse',
                     'loss_refined', 'loss_perceptual', 'loss_adversarial')
PLAIN_LOADER: Dict[str, Any] = dict(dataset={})  # no packing of its own


@dataclass(frozen=True)
class Method:
    """A model in evaluation mode, on its device; ``loader`` is the config of a
    data loader that packs its samples as it wants them, and its output must
    have one of the ``needed``."""
    name: str
    model: BaseModel
    loader: Mapping[str, Any]
    needed: Tuple[str, ...]


def build_unrestored() -> Method:
    """The damaged picture as it is, which every method has to beat."""
    model = Unrestored(data_preprocessor=PREPROCESSOR)
    return Method(UNRESTORED, model.eval(), PLAIN_LOADER, ('pred_img', ))


def build_method(source: Source, device: torch.device) -> Method:
    """Build a whole model with its weights; it must not need a mask."""
    cfg = read_config(source)
    if source.checkpoint is not None:
        drop_part_checkpoints(cfg)
    model = MODELS.build(cfg.model)
    told = hasattr(model, 'repair') and getattr(model, 'detector',
                                                None) is None
    if told or any(base.__name__ == 'OneStageInpaintor'
                   for base in type(model).__mro__):
        raise ConfigError(
            f'--method {source.name}: {type(model).__name__} of '
            f'{source.config} needs to be told the mask: give it as '
            '--inpaintor, beside a --detector')
    if source.checkpoint is not None:
        load_weights(model, source.checkpoint)
    return Method(source.name, _ready(model, device), _loader(cfg),
                  ('mask_prob', 'pred_img'))


def build_detector(source: Source, device: torch.device) -> Method:
    """Build a detector, or what detects in a model that restores, too."""
    needed = ('mask_prob', )
    if source.config is None:
        model = GivenMaskDetector(data_preprocessor=PREPROCESSOR)
        return Method(source.name, _ready(model, device), PLAIN_LOADER, needed)
    cfg = read_config(source)
    part = dict(cfg.model)
    if part['type'] == 'BlindInpaintor':
        part = dict(
            part['detector'],
            data_preprocessor=part.get('data_preprocessor', PREPROCESSOR))
    if part['type'] == 'HCLRestorer':
        if part.get('detector') is None:
            raise ConfigError(f'--detector {source.name}: the HCLRestorer of '
                              f'{source.config} has no detector')
        part.update(dict.fromkeys(RESTORATION_PARTS))
    model = MODELS.build(part)
    _load_part(source, cfg, model)
    return Method(source.name, _ready(model, device), _loader(cfg), needed)


def build_pair(detector: str, source: Source, dilation: Optional[int],
               device: torch.device) -> Method:
    """Build an inpaintor that repairs what a detector has found before: a
    ``BlindInpaintor`` with the inpaintor's weights.

    The masks grow by ``dilation`` pixels to every side; None takes what the
    config says, or 0. Where the config has a ``BlindInpaintor``, its threshold
    and the like are kept. An ``HCLRestorer`` that was trained with a detector
    sees the damage, as it did then.
    """
    whole: Dict[str, Any] = dict(data_preprocessor=PREPROCESSOR)
    loader: Mapping[str, Any] = PLAIN_LOADER
    cfg = None
    if source.config is None:
        part: nn.Module = ToldRepairer(load_inpaintor(source.name))
    elif is_lama(source):
        part = ToldRepairer(load_inpaintor(source.config, device=str(device)))
    else:
        cfg = read_config(source)
        if cfg.model.type == 'BlindInpaintor':
            whole.update(cfg.model)
            loader = _loader(cfg)
        part = MODELS.build(whole.get('inpaintor', cfg.model))
    asked = part
    if isinstance(part, HCLRestorer) and part.detector is not None:
        asked = ToldRestorer(part)
    if isinstance(asked, (ToldRepairer, ToldRestorer)):
        whole.update(
            input_convention=dict(channel_order='rgb', fill_value=None))
    if dilation is not None:
        whole.update(dilation=dilation)
    whole.update(
        type='BlindInpaintor',
        detector=KnownConfidence(),
        inpaintor=asked,
        detector_checkpoint=None,
        inpaintor_checkpoint=None)
    model = MODELS.build(whole)
    if cfg is not None:
        _load_part(source, cfg, part)
    if isinstance(asked, ToldRestorer):
        part.detector = nn.Identity()  # takes memory and is not asked
    return Method(
        pair_name(detector, source.name), _ready(model, device), loader,
        ('pred_img', ))


def free_memory() -> None:
    """Let the model that was dropped before leave no trace in the next
    one's figures."""
    gc.collect()
    torch.cuda.empty_cache()


def _load_part(source: Source, cfg: Config, part: nn.Module) -> None:
    """Weights of a detector or an inpaintor; random ones mean nothing."""
    paths = checkpoint_paths(source, cfg)
    if paths:
        load_part_weights(part, paths[0], source.role)
    elif any(True for _ in part.parameters()):
        raise ConfigError(
            f'--{source.role} {source.name}: {source.config} needs a '
            'checkpoint, the third word')


def _loader(cfg: Config) -> Mapping[str, Any]:
    """Config of the test data, of the first if there are several."""
    loader = cfg.get('test_dataloader') or PLAIN_LOADER
    return loader if isinstance(loader, dict) else loader[0]


def _ready(model: BaseModel, device: torch.device) -> BaseModel:
    """Without what only training needs, so that memory is that of use."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            has_weights = any(True for _ in child.parameters())
            if is_for_training(name) and has_weights:
                setattr(module, name, None)
    return model.to(device).eval()
