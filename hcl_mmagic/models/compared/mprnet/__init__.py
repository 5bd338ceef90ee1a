"""MPRNet: direct restoration in three stages (CVPR 2021)."""

from .mprnet import MPRNet

__all__ = ['MPRNet']
