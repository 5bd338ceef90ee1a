"""From a checkpoint file, or its name, to a model that restores."""

from .loading import LoadedModel, load_model

__all__ = ['LoadedModel', 'load_model']
