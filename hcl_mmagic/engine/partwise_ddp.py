"""Distributed training of models with models inside."""
from typing import Any

from mmengine.model import MMSeparateDistributedDataParallel
from mmengine.registry import MODEL_WRAPPERS
from torch import nn


@MODEL_WRAPPERS.register_module()
class PartwiseDistributedDataParallel(MMSeparateDistributedDataParallel):
    """Wraps the networks of a model one by one, those of an inpaintor, too.

    ``MMSeparateDistributedDataParallel`` wraps what stands at a model's first
    level. The inpaintor of a ``BlindInpaintor`` runs a ``train_step`` of its
    own there, with several optimizers: as one wrapped module it would run
    past the wrapper, and every process would train weights of its own. So its
    networks are wrapped instead of it. Any other model is wrapped as before.

    Args:
        module (nn.Module): The model; its networks are replaced in place.
        **kwargs: See ``MMSeparateDistributedDataParallel``.
    """

    def __init__(self, module: nn.Module, **kwargs: Any) -> None:
        inpaintor = getattr(module, 'inpaintor', None)
        if hasattr(inpaintor, 'train_step'):
            MMSeparateDistributedDataParallel(inpaintor, **kwargs)
            # Out of sight of the class above, which goes through the parts.
            del module.inpaintor
        super().__init__(module, **kwargs)
        if hasattr(inpaintor, 'train_step'):
            module.inpaintor = inpaintor
