"""Losses of hcl_mmagic."""

from .circle_loss import CircleLoss
from .hierarchical_contrastive_loss import HierarchicalContrastiveLoss
from .kernel_alignment_loss import KernelAlignmentLoss
from .multi_stage_loss import MultiStageLoss
from .perceptual_loss import VGGPerceptualLoss
from .wgan_gp_loss import WGANGPLoss

__all__ = [
    'CircleLoss', 'HierarchicalContrastiveLoss', 'KernelAlignmentLoss',
    'MultiStageLoss', 'VGGPerceptualLoss', 'WGANGPLoss'
]
