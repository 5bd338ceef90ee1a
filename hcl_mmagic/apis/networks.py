"""The models of an inferencer: one that finds damage, one that repairs it."""

from dataclasses import dataclass
from typing import Any, Dict, Optional, Union

from ..errors import ConfigError
from .checkpoints import (LoadedInpaintor, LoadedModel, load_inpaintor,
                          load_model)
from .memory import LIBRARY_BYTES, MMAGIC_BYTES, NetworkDemand, weight_bytes


@dataclass(frozen=True)
class Networks:
    """The models of an inferencer, at least one.

    Args:
        hcl (LoadedModel, optional): HCL's, which finds damage; it repairs it,
            too, if there is no inpaintor. None where nothing is to be found.
        inpaintor (LoadedInpaintor, optional): Another model that repairs.
    """
    hcl: Optional[LoadedModel]
    inpaintor: Optional[LoadedInpaintor]

    @classmethod
    def load(cls, checkpoint: Optional[str], inpaintor: Optional[str],
             inpaintor_checkpoint: Optional[str], detects: bool, device: str,
             dtype: str) -> 'Networks':
        """Load the models; see :class:`~hcl_mmagic.apis.HCLInferencer` for
        the arguments.

        Raises:
            HCLError: If a checkpoint or the config is no good, or if there
                would be no model.
        """
        if inpaintor is None and (inpaintor_checkpoint or not detects):
            raise ConfigError('inpaintor_checkpoint and detects=False need an '
                              'inpaintor: name its config')
        return cls(
            load_model(checkpoint, device, dtype) if detects else None,
            inpaintor
            and load_inpaintor(inpaintor, inpaintor_checkpoint, device))

    @property
    def detector(self) -> LoadedModel:
        """LoadedModel: The one that finds damage.

        Raises:
            ConfigError: If there is none.
        """
        if self.hcl is None:
            raise ConfigError('this inferencer was made with detects=False: '
                              'it repairs masks of your own and finds none')
        return self.hcl

    @property
    def repairer(self) -> Union[LoadedInpaintor, LoadedModel]:
        """LoadedInpaintor | LoadedModel: The one that repairs."""
        return self.inpaintor or self.detector

    def demand(self, model: Union[LoadedInpaintor, LoadedModel]
               ) -> NetworkDemand:  # yapf: disable
        """What a model takes of the memory while all of them are there.

        Args:
            model (LoadedInpaintor | LoadedModel): One of them.

        Returns:
            NetworkDemand: For planning.
        """
        resident = LIBRARY_BYTES + (MMAGIC_BYTES if self.inpaintor else 0)
        for item in filter(None, (self.hcl, self.inpaintor)):
            resident += weight_bytes(item.model)
        return model.demand(resident)

    def describe(self) -> Dict[str, Optional[Dict[str, Any]]]:
        """Which weights these are.

        Returns:
            dict: ``name``, ``path`` and ``sha256`` of 'hcl' and 'inpaintor',
            None for one that is not there.
        """
        return {
            kind:
            item
            and dict(name=item.name, path=str(item.path), sha256=item.sha256)
            for kind, item in (('hcl', self.hcl), ('inpaintor',
                                                   self.inpaintor))
        }
