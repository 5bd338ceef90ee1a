"""Distributed training of models with models inside."""
from typing import Any, Dict, List, Tuple, Union

from mmengine.model import MMSeparateDistributedDataParallel
from mmengine.optim import OptimWrapperDict
from mmengine.registry import MODEL_WRAPPERS
from torch import Tensor, nn

# The dict of a module's parts, and what is to stand in it.
Parts = List[Tuple[Dict[str, Any], Dict[str, Any]]]


@MODEL_WRAPPERS.register_module()
class PartwiseDistributedDataParallel(MMSeparateDistributedDataParallel):
    """Wraps the networks of a model one by one, while it is trained.

    ``MMSeparateDistributedDataParallel`` leaves the wrappers in the model for
    good, and wraps what stands at its first level. Here:

    - The wrappers stand in the model only while a training step runs. All
      else that looks at the model finds what a single process has, under the
      same names: checkpoints, averages of an ``EMAHook``, tests.
    - The inpaintor of a ``BlindInpaintor`` runs a ``train_step`` of its own,
      with several optimizers: as one wrapped module it would run past the
      wrapper, and every process would train weights of its own. So its
      networks are wrapped instead of it.

    Args:
        module (nn.Module): The model.
        **kwargs: See ``MMSeparateDistributedDataParallel``.
    """

    def __init__(self, module: nn.Module, **kwargs: Any) -> None:
        bare = [(module._modules, dict(module._modules))]
        inside = {}
        inpaintor: Any = getattr(module, 'inpaintor', None)
        if hasattr(inpaintor, 'train_step'):
            bare.append((inpaintor._modules, dict(inpaintor._modules)))
            MMSeparateDistributedDataParallel(inpaintor, **kwargs)
            # Out of sight of the class above, which goes through the parts.
            module._modules['inpaintor'] = nn.Identity()
            inside['inpaintor'] = inpaintor
        super().__init__(module, **kwargs)
        module._modules.update(inside)
        self._bare: Parts = bare
        self._wrapped: Parts = [(parts, dict(parts)) for parts, _ in bare]
        _put(self._bare)

    def train_step(self, data: Union[dict, tuple, list],
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """Train on a batch of this process; gradients are averaged over all.
        """
        _put(self._wrapped)
        try:
            return super().train_step(data, optim_wrapper)
        finally:
            _put(self._bare)


def _put(state: Parts) -> None:
    for parts, contents in state:
        parts.update(contents)
