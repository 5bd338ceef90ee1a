"""Registers the inferencer in MMEngine, which imports this file."""

from mmengine.registry import INFERENCERS

from .inferencer import HCLInferencer

INFERENCERS.register_module(module=HCLInferencer)
